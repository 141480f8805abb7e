# Completion of calsync for fish 3.4 or newer. Made by `python -m calsync_cli.cli.completion`: do not edit.

# The commands that can follow one.
function __calsync_commands
    switch $argv[1]
        case ''
            printf '%s\n' \
                'connect' 'Sign in to the account whose agenda and mail you want here' 'Meld je aan bij het account waarvan je de agenda en de mail hier wilt' \
                'choose-primary' 'Choose the calendar that new events go to, and start syncing' 'Kies de agenda waar nieuwe afspraken in komen en begin met synchroniseren' \
                'map-folders' 'Link mail folders here to folders of the account' 'Koppel mailmappen hier aan mappen van het account' \
                'sync' 'Bring your agenda and mail here and the account into step, both ways' 'Breng je agenda en mail hier en het account gelijk, in beide richtingen' \
                'disconnect' 'Stop syncing and empty the connection, the primary calendar and the folder links' 'Stop met synchroniseren en maak de koppeling, de primaire agenda en de mappen leeg' \
                'status' 'Show how the account is set up: connection, mail, calendars, primary calendar, next step' 'Toon hoe het account is ingesteld: koppeling, mail, agenda\'s, primaire agenda, volgende stap' \
                'agenda' 'Show what happens when, over all calendars shown here' 'Laat zien wat er wanneer is, over alle agenda’s die hier getoond worden' \
                'event' 'One event: add, change or delete it, invite people, answer an invitation' 'Eén afspraak: toevoegen, wijzigen of verwijderen, mensen uitnodigen, een uitnodiging beantwoorden' \
                'calendars' 'The calendars of the account: which ones are shown, and which ones can be edited here' 'De agenda\'s van het account: welke je hier ziet en welke je hier kunt wijzigen' \
                'feed' 'The agenda as one file to publish; superfluous once a calendar is active' 'De agenda als één bestand om te publiceren; overbodig zodra een agenda actief is' \
                'conflicts' 'What was changed on both sides, or could not be synced' 'Wat aan beide kanten gewijzigd is of niet gesynchroniseerd kon worden' \
                'undo' 'Bring back what was deleted or overwritten' 'Haal terug wat verwijderd of overschreven is' \
                'doctor' 'Check configuration, disk, secrets, server and sign-in; says what to do about each' 'Controleer configuratie, schijf, wachtwoorden, server en aanmelding, en zeg bij elk wat je kunt doen' \
                'log' 'Show what was done, run by run' 'Toon wat er gedaan is, ronde voor ronde' \
                'config' 'Read and change settings' 'Lees en wijzig instellingen' \
                'account' 'The accounts on this machine' 'De accounts op deze computer' \
                'admin' 'For administrators: who may connect to what here, and what domains have to trust' 'Voor beheerders: wie hier waarmee mag verbinden, en wat domeinen moeten vertrouwen' \
                'service' 'Keep accounts in step all the time, by systemd: “sync --watch” as a service' 'Houd accounts altijd gelijk, met systemd: “sync --watch” als dienst' \
                'help' 'Explain a topic' 'Leg een onderwerp uit' \
                'demo' 'Walk through the whole journey on this machine: no account, no internet, nothing left behind' 'Loop de hele weg door op deze computer: geen account, geen internet, en er blijft niets achter'
        case 'event'
            printf '%s\n' \
                'add' 'Add an event to the primary calendar; before there is one, to the agenda on this disk' 'Voeg een afspraak toe aan de primaire agenda; zolang die er niet is, aan de agenda op deze schijf' \
                'edit' 'Change an event: all of it, one occurrence of a series, or one and those that follow' 'Wijzig een afspraak: helemaal, één keer uit een reeks, of die keer en alle latere' \
                'delete' 'Delete an event: all of it, one occurrence of a series, or one and those that follow' 'Verwijder een afspraak: helemaal, één keer uit een reeks, of die keer en alle latere' \
                'show' 'Show all there is to know of an event: who comes, what is held, when it is next, where its file is' 'Toon alles van een afspraak: wie komt, wat wacht, wanneer hij weer is, waar zijn bestand staat' \
                'invite' 'Invite people to an event, also those who are on it already without an invitation' 'Nodig mensen uit voor een afspraak, ook wie er al zonder uitnodiging op staat' \
                'respond' 'Answer an invitation; the organiser hears of it with the next sync' 'Beantwoord een uitnodiging; de organisator hoort het bij de volgende synchronisatie'
        case 'calendars'
            printf '%s\n' \
                'list' 'List the calendars' 'Toon de agenda\'s' \
                'hide' 'Take a calendar off this disk; it stays at the provider' 'Haal een agenda van deze schijf; bij de aanbieder blijft hij staan' \
                'show' 'Show a hidden calendar again' 'Toon een verborgen agenda weer' \
                'set' 'Say whether the events of a calendar can be edited here' 'Bepaal of de afspraken in een agenda hier gewijzigd kunnen worden'
        case 'feed'
            printf '%s\n' \
                'export' 'Write every shown calendar of your own to one .ics file, to be published and subscribed to' 'Schrijf elke eigen agenda die getoond wordt in één .ics-bestand, om te publiceren en op te abonneren'
        case 'conflicts'
            printf '%s\n' \
                'list' 'List what wants a look' 'Toon wat aandacht vraagt' \
                'show' 'Show one: before, yours, theirs, and which one stands' 'Toon er één: ervoor, die van jou, de andere, en welke geldt' \
                'resolve' 'Choose the version that stands; the next sync carries it over' 'Kies welke versie geldt; de volgende synchronisatie brengt hem over'
        case 'config'
            printf '%s\n' \
                'list' 'List all settings; locked ones are marked' 'Toon alle instellingen; wat alleen-lezen is, is gemarkeerd' \
                'get' 'Show one setting' 'Toon één instelling' \
                'set' 'Change one setting' 'Wijzig één instelling' \
                'unset' 'Forget a change made with “config set”' 'Vergeet een wijziging die met “config set” gemaakt is' \
                'path' 'Show where the settings are read from' 'Toon waar de instellingen vandaan komen'
        case 'account'
            printf '%s\n' \
                'list' 'List the accounts' 'Toon de accounts' \
                'use' 'Say which account is meant when none is named' 'Kies welk account bedoeld is als er geen genoemd wordt' \
                'add' 'Add a local agenda that is not connected yet, for yourself or a colleague' 'Voeg een lokale agenda toe die nog niet gekoppeld is, voor jezelf of een collega' \
                'export' 'Write the account\'s set-up to a file, without its password' 'Schrijf de instellingen van het account naar een bestand, zonder het wachtwoord' \
                'import' 'Take over an account\'s set-up from a file; signing in comes after it' 'Neem de instellingen van een account over uit een bestand; aanmelden komt daarna'
        case 'admin'
            printf '%s\n' \
                'trust' 'Show what the administrator of the domain has to enter so that people can sign in' 'Toon wat de beheerder van het domein moet invoeren zodat mensen zich kunnen aanmelden' \
                'enable' 'Let accounts of a provider be connected' 'Sta toe dat accounts van een aanbieder gekoppeld worden' \
                'disable' 'Refuse new connections to a provider; what is connected stays connected' 'Weiger nieuwe koppelingen met een aanbieder; wat gekoppeld is, blijft gekoppeld' \
                'policy' 'Show the policy in force, and where it stands' 'Toon het beleid dat geldt, en waar het staat'
        case 'service'
            printf '%s\n' \
                'install' 'Install and start a service for every active account, or for the one that -a names' 'Installeer en start een dienst voor elk actief account, of voor het account bij -a' \
                'remove' 'Stop the services and take them away: all, or that of the account that -a names' 'Stop de diensten en haal ze weg: alle, of die van het account bij -a'
    end
end

# Flags that one command alone has: names=what stands after it, + if again.
function __calsync_own
    switch $argv[1]
        case 'connect'
            printf '%s\n' \
                '--email=@accounts' 'Whose account it is' 'Van wie het account is' \
                '--only=calendar,mail' 'One half alone' 'Eén helft alleen' \
                '--server=' 'The server\'s name (kerio); the rest follows' 'De naam van de server (kerio); de rest volgt daaruit' \
                '--caldav=' 'Where the calendars are: https://…' 'Waar de agenda\'s staan: https://…' \
                '--imap=' 'Where the mail is: imaps://host[:port]' 'Waar de mail staat: imaps://host[:poort]' \
                '--user=' 'User name, where it is not the address' 'Gebruikersnaam, als die anders is dan het adres' \
                '--password-file=@files' 'Read the password from a file, or - for stdin' 'Lees het wachtwoord uit een bestand, of - voor stdin' \
                '--ca-file=@files' 'Certificate of a private authority' 'Certificaat van een eigen instantie' \
                '--since=' 'Fetch no mail that is older than this' 'Haal geen mail op die ouder is dan dit' \
                '--max-size=' 'Fetch no message that is larger than this' 'Haal geen bericht op dat groter is dan dit' \
                '--client-file=@files' 'The organisation\'s own OAuth client (google)' 'De eigen OAuth-client van de organisatie (google)' \
                '--service-account=@files' 'For administrators: no browser at all (google)' 'Voor beheerders: helemaal geen browser (google)' \
                '--no-browser' 'Print the address to sign in at (google)' 'Toon het adres om je aan te melden (google)' \
                '--port=' 'Where the browser comes back to (google)' 'Waar de browser terugkomt (google)' \
                '--timeout=' 'How long to wait for the browser (google)' 'Hoe lang op de browser wordt gewacht (google)' \
                '--resume' 'Finish a connection that was interrupted' 'Maak een onderbroken koppeling af'
        case 'choose-primary'
            printf '%s\n' \
                '--list' 'Show the calendars to choose from' 'Toon de agenda\'s waaruit je kunt kiezen' \
                '--no-sync' 'Do not start the first sync now' 'Begin nu nog niet met de eerste synchronisatie'
        case 'map-folders'
            printf '%s\n' \
                '--list' 'Show the folders, mapped or not' 'Toon de mappen, gekoppeld of niet' \
                '--auto' 'Map what is usual, without asking' 'Koppel wat gebruikelijk is, zonder te vragen' \
                '--inbox=@folders' 'The inbox' 'Het postvak IN' \
                '--archive=@folders' 'Archived mail' 'Gearchiveerde mail' \
                '--deleted=@folders' 'Deleted mail' 'Verwijderde mail' \
                '--sent=@folders' 'Sent mail' 'Verzonden mail' \
                '--drafts=@folders' 'Drafts' 'Concepten' \
                '--junk=@folders' 'Junk mail' 'Ongewenste mail' \
                '--map=+' 'Any other folder; REMOTE may be none' 'Elke andere map; REMOTE mag none zijn'
        case 'sync'
            printf '%s\n' \
                '--watch' 'Stay, and sync whenever something changes' 'Blijf, en synchroniseer zodra er iets verandert' \
                '--every=' 'With --watch: how often the server is asked' 'Met --watch: hoe vaak het de server gevraagd wordt' \
                '--only=calendar,mail' 'One half alone' 'Eén helft alleen' \
                '--full' 'List everything, not only what changed' 'Vraag alles op, niet alleen wat veranderd is' \
                '--pull-only' 'Send nothing to the account' 'Stuur niets naar het account' \
                '--wait=' 'Wait so many seconds for another run to end' 'Wacht zoveel seconden tot een andere ronde klaar is' \
                '--max-delete=' 'Allow so many deletions in this run' 'Sta zoveel verwijderingen toe in deze ronde' \
                '--all' 'Every account' 'Elk account' \
                '--jobs=' 'With --all: so many at a time' 'Met --all: zoveel tegelijk' \
                '--shard=' 'With --all: only the I-th of N parts' 'Met --all: alleen deel I van N' \
                '--accept-root' 'The directory of agenda or mail was moved or restored on purpose' 'De directory van agenda of mail is met opzet verplaatst of teruggezet'
        case 'disconnect'
            printf '%s\n' \
                '--delete-data' 'Delete the local agenda and mail too' 'Verwijder ook de lokale agenda en mail' \
                '--no-revoke' 'Do not tell the provider' 'Vertel het de aanbieder niet' \
                '--export=@directories' 'First copy the local agenda and mail there' 'Kopieer eerst de lokale agenda en mail daarheen'
        case 'status'
            printf '%s\n' \
                '--all' 'Every account' 'Elk account' \
                '--check' 'Ask the server whether the sign-in still works' 'Vraag de server of de aanmelding nog werkt'
        case 'agenda'
            printf '%s\n' \
                '--calendar=@visible' 'This calendar alone' 'Alleen deze agenda' \
                '--search=' 'Only what has these words in title, place, notes or names' 'Alleen wat deze woorden heeft in titel, plaats, notities of namen' \
                '--free' 'When nothing is, from 8:00 to 18:00; FROM..TO may name other times' 'Wanneer er niets is, van 8:00 tot 18:00; VAN..TOT kan andere tijden noemen'
        case 'event add'
            printf '%s\n' \
                '--at=' 'When it begins: tue 14:00, tomorrow 9am, 24 dec, 2026-11-24T14:00' 'Wanneer hij begint: di 14:00, morgen 9u, 24 dec, 2026-11-24T14:00' \
                '--for=' 'How long: 45m, 1h30, 2 days' 'Hoe lang: 45m, 1u30, 2 dagen' \
                '--until=' 'When it ends, instead of how long it takes' 'Wanneer hij eindigt, in plaats van hoe lang hij duurt' \
                '--all-day' 'The whole day' 'De hele dag' \
                '--where=' 'Where it takes place' 'Waar het is' \
                '--notes=' 'Notes' 'Notities' \
                '--repeat=daily,weekly,monthly,yearly' 'daily, weekly, every 2 weeks, first monday of the month …, or an RRULE; none' 'dagelijks, elke week, om de week, elke eerste maandag van de maand …, of een RRULE; geen' \
                '--remind=+' 'How long before: 15m, 1d' 'Hoe lang van tevoren: 15m, 1d' \
                '--invite=+' 'Somebody who gets an invitation' 'Iemand die een uitnodiging krijgt' \
                '--silent=+' 'Somebody who gets no invitation' 'Een deelnemer zonder uitnodiging' \
                '--invite-all' 'Everybody on it gets an invitation, but for those named silent' 'Alle deelnemers krijgen een uitnodiging, behalve wie met --silent genoemd is' \
                '--invite-none' 'Nobody on it gets an invitation, but for those named to be invited' 'Geen deelnemer krijgt een uitnodiging, behalve wie met --invite genoemd is' \
                '--tz=@zones' 'The time zone of these times: Europe/London' 'De tijdzone van deze tijden: Europe/London' \
                '--private' 'Others see only that you are busy' 'Anderen zien alleen dat je bezet bent'
        case 'event edit'
            printf '%s\n' \
                '--title=' 'What the event is called' 'Hoe de afspraak heet' \
                '--at=' 'When it begins: tue 14:00, tomorrow 9am, 24 dec, 2026-11-24T14:00' 'Wanneer hij begint: di 14:00, morgen 9u, 24 dec, 2026-11-24T14:00' \
                '--for=' 'How long: 45m, 1h30, 2 days' 'Hoe lang: 45m, 1u30, 2 dagen' \
                '--until=' 'When it ends, instead of how long it takes' 'Wanneer hij eindigt, in plaats van hoe lang hij duurt' \
                '--all-day' 'The whole day' 'De hele dag' \
                '--where=' 'Where it takes place' 'Waar het is' \
                '--notes=' 'Notes' 'Notities' \
                '--repeat=daily,weekly,monthly,yearly' 'daily, weekly, every 2 weeks, first monday of the month …, or an RRULE; none' 'dagelijks, elke week, om de week, elke eerste maandag van de maand …, of een RRULE; geen' \
                '--remind=+' 'How long before: 15m, 1d' 'Hoe lang van tevoren: 15m, 1d' \
                '--invite=+' 'Somebody who gets an invitation' 'Iemand die een uitnodiging krijgt' \
                '--silent=+' 'Somebody who gets no invitation' 'Een deelnemer zonder uitnodiging' \
                '--invite-all' 'Everybody on it gets an invitation, but for those named silent' 'Alle deelnemers krijgen een uitnodiging, behalve wie met --silent genoemd is' \
                '--invite-none' 'Nobody on it gets an invitation, but for those named to be invited' 'Geen deelnemer krijgt een uitnodiging, behalve wie met --invite genoemd is' \
                '--tz=@zones' 'The time zone of these times: Europe/London' 'De tijdzone van deze tijden: Europe/London' \
                '--private' 'Others see only that you are busy' 'Anderen zien alleen dat je bezet bent' \
                '--public' 'No longer private' 'Niet langer privé' \
                '--occurrence=' 'Of a series: only the one on this day' 'Van een reeks: alleen die op deze dag' \
                '--following=' 'Of a series: the one on this day and all after it' 'Van een reeks: die op deze dag en alle latere' \
                '--notify' 'Tell the guests, whatever event.updates says; a held change goes too' 'Vertel het de deelnemers, wat event.updates ook zegt; wat wacht gaat ook' \
                '--quietly' 'Tell nobody; where the server cannot be quiet, the change is held' 'Vertel het niemand; kan de server niet zwijgen, dan wacht de wijziging'
        case 'event delete'
            printf '%s\n' \
                '--occurrence=' 'Of a series: only the one on this day' 'Van een reeks: alleen die op deze dag' \
                '--following=' 'Of a series: the one on this day and all after it' 'Van een reeks: die op deze dag en alle latere' \
                '--notify' 'Tell the guests, whatever event.updates says; a held change goes too' 'Vertel het de deelnemers, wat event.updates ook zegt; wat wacht gaat ook' \
                '--quietly' 'Tell nobody; where the server cannot be quiet, the change is held' 'Vertel het niemand; kan de server niet zwijgen, dan wacht de wijziging'
        case 'event show'
            printf '%s\n' \
                '--occurrence=' 'Of a series: only the one on this day' 'Van een reeks: alleen die op deze dag'
        case 'event invite'
            printf '%s\n' \
                '--occurrence=' 'Of a series: only the one on this day' 'Van een reeks: alleen die op deze dag' \
                '--notify' 'Tell the guests, whatever event.updates says; a held change goes too' 'Vertel het de deelnemers, wat event.updates ook zegt; wat wacht gaat ook' \
                '--quietly' 'Tell nobody; where the server cannot be quiet, the change is held' 'Vertel het niemand; kan de server niet zwijgen, dan wacht de wijziging'
        case 'event respond'
            printf '%s\n' \
                '--occurrence=' 'Of a series: only the one on this day' 'Van een reeks: alleen die op deze dag' \
                '--quietly' 'Tell nobody; where the server cannot be quiet, the change is held' 'Vertel het niemand; kan de server niet zwijgen, dan wacht de wijziging'
        case 'calendars set'
            printf '%s\n' \
                '--two-way' 'Its events can be edited here' 'De afspraken kunnen hier gewijzigd worden' \
                '--view-only' 'Its events can only be read here' 'De afspraken zijn hier alleen te lezen'
        case 'conflicts resolve'
            printf '%s\n' \
                '--keep=local,remote,both' 'Which version stands' 'Welke versie geldt' \
                '--retry' 'Of a message: the next sync tries it again' 'Van een bericht: de volgende synchronisatie probeert het opnieuw' \
                '--leave' 'Of a message: leave it as it is' 'Van een bericht: laat het zoals het is'
        case 'undo'
            printf '%s\n' \
                '--list' 'Show what can be brought back' 'Toon wat teruggehaald kan worden' \
                '--run=@undoable' 'Everything of one run' 'Alles van één ronde'
        case 'doctor'
            printf '%s\n' \
                '--repair' 'Rebuild what calsync remembers; nothing is deleted' 'Bouw opnieuw op wat calsync onthoudt; er wordt niets verwijderd' \
                '--bundle=@files' 'Write a report without secrets and content' 'Schrijf een verslag zonder geheimen en zonder inhoud'
        case 'log'
            printf '%s\n' \
                '--run=@runs' 'One run alone' 'Eén ronde alleen' \
                '--follow' 'Stay, and show what is done from now on' 'Blijf, en toon wat er vanaf nu gebeurt'
        case 'config list'
            printf '%s\n' \
                '--origin' 'Show where each value comes from' 'Toon waar elke waarde vandaan komt'
        case 'admin trust'
            printf '%s\n' \
                '--client-file=@files' 'The organisation\'s own OAuth client (google)' 'De eigen OAuth-client van de organisatie (google)' \
                '--service-account=@files' 'For administrators: no browser at all (google)' 'Voor beheerders: helemaal geen browser (google)'
        case 'demo'
            printf '%s\n' \
                '--keep' 'Leave the servers and the files for you to try' 'Laat de servers en de bestanden staan om zelf te proberen'
    end
end

# The common flags that a command does not take.
function __calsync_refused
    switch $argv[1]
        case 'connect'
            printf '%s\n' \
                '-n,--dry-run'
        case 'calendars hide'
            printf '%s\n' \
                '-n,--dry-run'
        case 'calendars show'
            printf '%s\n' \
                '-n,--dry-run'
        case 'calendars set'
            printf '%s\n' \
                '-n,--dry-run'
        case 'conflicts resolve'
            printf '%s\n' \
                '-n,--dry-run'
        case 'config set'
            printf '%s\n' \
                '-n,--dry-run'
        case 'config unset'
            printf '%s\n' \
                '-n,--dry-run'
        case 'account use'
            printf '%s\n' \
                '-n,--dry-run'
        case 'account add'
            printf '%s\n' \
                '-n,--dry-run'
        case 'account export'
            printf '%s\n' \
                '-n,--dry-run'
        case 'account import'
            printf '%s\n' \
                '-n,--dry-run'
        case 'demo'
            printf '%s\n' \
                '-n,--dry-run'
    end
end

# The flags of every command.
function __calsync_common
    printf '%s\n' \
        '-a,--account=@accounts' 'Which account to work with' 'Met welk account je wilt werken' \
        '--json' 'Write one JSON object instead of text' 'Schrijf één JSON-object in plaats van tekst' \
        '-q,--quiet' 'Say nothing when all went well' 'Zeg niets als alles goed ging' \
        '-v,--verbose+' 'Show requests on stderr; -vv: more' 'Toon verzoeken op stderr; -vv: meer' \
        '--no-input' 'Never ask; end with exit 2 instead' 'Vraag nooit iets; eindig dan met exit 2' \
        '-y,--yes' 'Answer yes to “are you sure?”' 'Antwoord ja op “weet je het zeker?”' \
        '-n,--dry-run' 'Show what would be done and change nothing' 'Toon wat er gedaan zou worden en wijzig niets' \
        '--lang=en,nl' 'Language' 'Taal' \
        '--color=auto,always,never' 'Colours' 'Kleuren' \
        '--config=@files' 'Read this file, not config.toml' 'Lees dit bestand in plaats van config.toml' \
        '--log-file=@files' 'Write the log here' 'Schrijf het logboek hier' \
        '--version' 'Show the version' 'Toon de versie' \
        '-h,--help' 'Show this help' 'Toon deze hulp'
end

# What stands after a command.
function __calsync_places
    switch $argv[1]
        case 'connect'
            printf '%s\n' \
                '@providers'
        case 'choose-primary'
            printf '%s\n' \
                '@calendars'
        case 'agenda'
            printf '%s\n' \
                'today,tomorrow,week,month+'
        case 'event add'
            printf '%s\n' \
                ''
        case 'event edit'
            printf '%s\n' \
                '@events'
        case 'event delete'
            printf '%s\n' \
                '@events'
        case 'event show'
            printf '%s\n' \
                '@events'
        case 'event invite'
            printf '%s\n' \
                '@events' \
                '+'
        case 'event respond'
            printf '%s\n' \
                '@events' \
                'accept,decline,tentative'
        case 'calendars hide'
            printf '%s\n' \
                '@shown'
        case 'calendars show'
            printf '%s\n' \
                '@hidden'
        case 'calendars set'
            printf '%s\n' \
                '@calendars'
        case 'feed export'
            printf '%s\n' \
                '@files'
        case 'conflicts show'
            printf '%s\n' \
                '@conflicts'
        case 'conflicts resolve'
            printf '%s\n' \
                '@conflicts'
        case 'undo'
            printf '%s\n' \
                '@items'
        case 'config get'
            printf '%s\n' \
                'language,agenda.path,mail.path,sync.every,sync.conflict,sync.max_delete,event.invite,event.updates,team.members,hooks.post_sync,attic.keep,secrets.backend,secrets.key_file,secrets.command,google.client_file,google.calendar_api,google.imap,microsoft.client_id,microsoft.tenant,microsoft.authority,microsoft.graph,microsoft.imap'
        case 'config set'
            printf '%s\n' \
                'language,agenda.path,mail.path,sync.every,sync.conflict,sync.max_delete,event.invite,event.updates,team.members,hooks.post_sync,attic.keep,secrets.backend,secrets.key_file,secrets.command,google.client_file,google.calendar_api,google.imap,microsoft.client_id,microsoft.tenant,microsoft.authority,microsoft.graph,microsoft.imap' \
                '@setting'
        case 'config unset'
            printf '%s\n' \
                'language,agenda.path,mail.path,sync.every,sync.conflict,sync.max_delete,event.invite,event.updates,team.members,hooks.post_sync,attic.keep,secrets.backend,secrets.key_file,secrets.command,google.client_file,google.calendar_api,google.imap,microsoft.client_id,microsoft.tenant,microsoft.authority,microsoft.graph,microsoft.imap'
        case 'account use'
            printf '%s\n' \
                '@accounts'
        case 'account add'
            printf '%s\n' \
                ''
        case 'account export'
            printf '%s\n' \
                '@files'
        case 'account import'
            printf '%s\n' \
                '@files'
        case 'admin trust'
            printf '%s\n' \
                '@providers'
        case 'admin enable'
            printf '%s\n' \
                'google,microsoft365,exchange,kerio,caldav'
        case 'admin disable'
            printf '%s\n' \
                '@providers'
        case 'help'
            printf '%s\n' \
                'primary,folders,invitations,trusted-app,google-client,kerio,khal,neomutt,notmuch,cron,systemd,hooks,policy,secrets,errors,support'
    end
end

# What a setting can be.
function __calsync_setting
    switch $argv[1]
        case 'language'
            printf '%s\n' \
                'auto,en,nl'
        case 'sync.conflict'
            printf '%s\n' \
                'remote,local'
        case 'event.invite'
            printf '%s\n' \
                'ask,all,none'
        case 'event.updates'
            printf '%s\n' \
                'invited,never'
        case 'secrets.backend'
            printf '%s\n' \
                'keyring,file,command'
    end
end
# What is for this reader, of rows of word, English, Dutch: lines of word and explanation.
function __calsync_told
    set -l say 1
    for language in "$CALSYNC_LANG" "$LC_ALL" "$LC_MESSAGES" "$LANG"
        if test -n "$language" -a "$language" != auto
            string match -q 'nl*' -- $language; and set say 2
            break
        end
    end
    set -l at 1
    while test $at -lt (count $argv)
        set -l text (math $at + $say)
        printf '%s\t%s\n' $argv[$at] $argv[$text]
        set at (math $at + 3)
    end
end

# The flags that a command takes, as the table writes them and explained.
function __calsync_flags
    set -l refused (__calsync_refused $argv[1])
    for line in (__calsync_told (__calsync_own $argv[1]) (__calsync_common))
        set -l words (string split -m 1 \t -- $line)
        contains -- $words[1] $refused; or printf '%s\n' $line
    end
end

# How the table writes the flag of this name, of the lines that follow.
function __calsync_known
    for line in $argv[2..-1]
        set -l words (string split -m 1 \t -- $line)[1]
        if contains -- $argv[1] (string split , -- (string replace -r '[=+].*' '' -- $words))
            printf '%s\n' $words
            return 0
        end
    end
    return 1
end

# What calsync itself knows. It reads files and nothing else; whatever goes wrong, it says nothing.
function __calsync_asked -a kind program account config
    set -l ask (string replace -r '^~/' "$HOME/" -- $program) --complete-values (string sub -s 2 -- $kind)
    test -n "$account"; and set -a ask --account $account
    test -n "$config"; and set -a ask --config $config
    command $ask 2>/dev/null </dev/null
end

# The line up to the word to complete, as lines: what stands there (`value` and the slot, `dash`, or `next`), then the
# command, the account, the configuration file, how many places are taken, the first word of them, and the flags given.
function __calsync_line
    set -l command ''
    set -l account ''
    set -l config ''
    set -l waiting ''
    set -l ended
    set -l given
    set -l used
    set -l flags (__calsync_flags '')
    for word in (commandline -opc)[2..-1]
        set -l name ''
        set -l value
        if test -n "$waiting"
            set name $waiting
            set value $word
        else if set -q ended[1]
            set -a given $word
            continue
        else if test "$word" = --
            set ended 1
            continue
        else if string match -q -- '--*=*' $word
            set name (__calsync_known (string replace -r '=.*' '' -- $word) $flags); or continue
            set value (string replace -r '^[^=]*=' '' -- $word)
            set -a used $name
        else if string match -q -- '--*' $word
            set name (__calsync_known $word $flags); or continue
            set -a used $name
        else if string match -q -- '-?*' $word
            # Letters behind one dash: `-qn`, `-vv`, `-ame@example.org`.
            set -l letters (string split '' -- (string sub -s 2 -- $word))
            while set -q letters[1]
                set name (__calsync_known -$letters[1] $flags); and set -a used $name
                set -e letters[1]
                if string match -q -- '*=*' $name; and set -q letters[1]
                    set value (string join '' -- $letters)
                    break
                end
            end
        else if contains -- $word (string replace -r '\t.*' '' -- (__calsync_told (__calsync_commands $command)))
            set command (string trim -- "$command $word")
            set flags (__calsync_flags $command)
            continue
        else
            set -a given $word
            continue
        end
        set waiting ''
        if set -q value[1]
            switch $name
                case '-a,--account=*'
                    set account $value
                case '--config=*'
                    set config $value
            end
        else if string match -q -- '*=*' $name
            set waiting $name
        end
    end
    set -l current (commandline -ct)
    if test -n "$waiting"
        printf 'value %s\n' (string replace -r '^[^=]*=' '' -- $waiting | string trim -r -c +)
    else if set -q ended[1]; or not string match -q -- '-*' $current
        echo next
    else if string match -q -- '--*=*' $current
        set -l name (__calsync_known (string replace -r '=.*' '' -- $current) $flags)
        printf 'value %s\n' (string replace -r '^[^=]*=?' '' -- $name | string trim -r -c +)
    else
        echo dash
    end
    printf '%s\n' $command $account $config (count $given) "$given[1]" $used
end

# The slot to fill here.
function __calsync_slot
    set -l line (__calsync_line)
    if string match -q 'value *' -- $line[1]
        string sub -s 7 -- $line[1]
    else if test "$line[1]" = next; and test -z "$(__calsync_commands $line[2] | string collect)"
        set -l slots (__calsync_places $line[2])
        set -l at (math $line[5] + 1)
        if test $at -le (count $slots)
            string trim -r -c + -- $slots[$at]
        else if set -q slots[1]; and string match -q -- '*+' $slots[-1]
            string trim -r -c + -- $slots[-1]
        end
    end
end

# Everything that can stand here, but files: those fish completes itself.
function __calsync_offers
    set -l line (__calsync_line)
    set -l program (commandline -opc)[1]
    set -l slot (__calsync_slot)
    set -l ahead ''
    string match -q 'value *' -- $line[1]; and string match -q -- '--*=*' (commandline -ct)
    and set ahead (string replace -r '=.*' '=' -- (commandline -ct))
    switch "$slot"
        case '' @files
        case @directories
            printf '%s\n' $ahead(__fish_complete_directories (string replace -r '^--[^=]*=' '' -- (commandline -ct)))
        case @setting
            printf '%s\n' (string split , -- (__calsync_setting $line[6]))
        case '@*'
            printf '%s\n' $ahead(__calsync_asked $slot $program "$line[3]" "$line[4]")
        case '*'
            printf '%s\n' $ahead(string split , -- $slot)
    end
    if test "$line[1]" = dash
        for row in (__calsync_flags $line[2])
            set -l words (string split -m 1 \t -- $row)
            if string match -q -- '*+' $words[1]; or not contains -- $words[1] $line[7..-1]
                for name in (string split , -- (string replace -r '[=+].*' '' -- $words[1]))
                    printf '%s\t%s\n' $name $words[2]
                end
            end
        end
    else if test "$line[1]" = next -a "$line[5]" = 0
        set -l barred
        test -z "$line[2]"
        and set barred (string replace -r '\t.*' '' -- (__calsync_asked @barred $program "$line[3]" "$line[4]"))
        for row in (__calsync_told (__calsync_commands $line[2]))
            contains -- (string replace -r '\t.*' '' -- $row) $barred; or printf '%s\n' $row
        end
    end
end

complete -c calsync -f -a '(__calsync_offers)'
complete -c calsync -n 'test "$(__calsync_slot)" = @files' -F
