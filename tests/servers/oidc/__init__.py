"""A real authorisation server: npm's oidc-provider, started, asked, and driven as a browser would."""
