# Completion of calsync for bash 4.4 or newer. Made by `python -m calsync_cli.cli.completion`: do not edit.
# shellcheck shell=bash

# The commands that can follow one.
_calsync_commands() {
    reply=()
    case $1 in
        '') reply=('connect' 'choose-primary' 'map-folders' 'sync' 'disconnect' 'status' 'agenda' 'event' 'calendars' 'feed' 'conflicts' 'undo' 'doctor' 'log' 'config' 'account' 'admin' 'service' 'help' 'demo') ;;
        'event') reply=('add' 'edit' 'delete' 'show' 'invite' 'respond') ;;
        'calendars') reply=('list' 'hide' 'show' 'set') ;;
        'feed') reply=('export') ;;
        'conflicts') reply=('list' 'show' 'resolve') ;;
        'config') reply=('list' 'get' 'set' 'unset' 'path') ;;
        'account') reply=('list' 'use' 'add' 'export' 'import') ;;
        'admin') reply=('trust' 'enable' 'disable' 'policy') ;;
        'service') reply=('install' 'remove') ;;
    esac
}

# Flags that one command alone has: names=what stands after it, + if again.
_calsync_own() {
    reply=()
    case $1 in
        'connect') reply=('--email=@accounts' '--only=calendar,mail' '--server=' '--caldav=' '--imap=' '--user=' '--password-file=@files' '--ca-file=@files' '--since=' '--max-size=' '--client-file=@files' '--service-account=@files' '--no-browser' '--port=' '--timeout=' '--resume') ;;
        'choose-primary') reply=('--list' '--no-sync') ;;
        'map-folders') reply=('--list' '--auto' '--inbox=@folders' '--archive=@folders' '--deleted=@folders' '--sent=@folders' '--drafts=@folders' '--junk=@folders' '--map=+') ;;
        'sync') reply=('--watch' '--every=' '--only=calendar,mail' '--full' '--pull-only' '--wait=' '--max-delete=' '--all' '--jobs=' '--shard=' '--accept-root') ;;
        'disconnect') reply=('--delete-data' '--no-revoke' '--export=@directories') ;;
        'status') reply=('--all' '--check') ;;
        'agenda') reply=('--calendar=@visible' '--search=' '--free') ;;
        'event add') reply=('--at=' '--for=' '--until=' '--all-day' '--where=' '--notes=' '--repeat=daily,weekly,monthly,yearly' '--remind=+' '--invite=+' '--silent=+' '--invite-all' '--invite-none' '--tz=@zones' '--private') ;;
        'event edit') reply=('--title=' '--at=' '--for=' '--until=' '--all-day' '--where=' '--notes=' '--repeat=daily,weekly,monthly,yearly' '--remind=+' '--invite=+' '--silent=+' '--invite-all' '--invite-none' '--tz=@zones' '--private' '--public' '--occurrence=' '--following=' '--notify' '--quietly') ;;
        'event delete') reply=('--occurrence=' '--following=' '--notify' '--quietly') ;;
        'event show') reply=('--occurrence=') ;;
        'event invite') reply=('--occurrence=' '--notify' '--quietly') ;;
        'event respond') reply=('--occurrence=' '--quietly') ;;
        'calendars set') reply=('--two-way' '--view-only') ;;
        'conflicts resolve') reply=('--keep=local,remote,both' '--retry' '--leave') ;;
        'undo') reply=('--list' '--run=@undoable') ;;
        'doctor') reply=('--repair' '--bundle=@files') ;;
        'log') reply=('--run=@runs' '--follow') ;;
        'config list') reply=('--origin') ;;
        'admin trust') reply=('--client-file=@files' '--service-account=@files') ;;
        'demo') reply=('--keep') ;;
    esac
}

# The common flags that a command does not take.
_calsync_refused() {
    reply=()
    case $1 in
        'connect') reply=('-n,--dry-run') ;;
        'calendars hide') reply=('-n,--dry-run') ;;
        'calendars show') reply=('-n,--dry-run') ;;
        'calendars set') reply=('-n,--dry-run') ;;
        'conflicts resolve') reply=('-n,--dry-run') ;;
        'config set') reply=('-n,--dry-run') ;;
        'config unset') reply=('-n,--dry-run') ;;
        'account use') reply=('-n,--dry-run') ;;
        'account add') reply=('-n,--dry-run') ;;
        'account export') reply=('-n,--dry-run') ;;
        'account import') reply=('-n,--dry-run') ;;
        'demo') reply=('-n,--dry-run') ;;
    esac
}

# The flags of every command.
_calsync_common() {
    reply=('-a,--account=@accounts' '--json' '-q,--quiet' '-v,--verbose+' '--no-input' '-y,--yes' '-n,--dry-run' '--lang=en,nl' '--color=auto,always,never' '--config=@files' '--log-file=@files' '--version' '-h,--help')
}

# What stands after a command.
_calsync_places() {
    reply=()
    case $1 in
        'connect') reply=('@providers') ;;
        'choose-primary') reply=('@calendars') ;;
        'agenda') reply=('today,tomorrow,week,month+') ;;
        'event add') reply=('') ;;
        'event edit') reply=('@events') ;;
        'event delete') reply=('@events') ;;
        'event show') reply=('@events') ;;
        'event invite') reply=('@events' '+') ;;
        'event respond') reply=('@events' 'accept,decline,tentative') ;;
        'calendars hide') reply=('@shown') ;;
        'calendars show') reply=('@hidden') ;;
        'calendars set') reply=('@calendars') ;;
        'feed export') reply=('@files') ;;
        'conflicts show') reply=('@conflicts') ;;
        'conflicts resolve') reply=('@conflicts') ;;
        'undo') reply=('@items') ;;
        'config get') reply=('language,agenda.path,mail.path,sync.every,sync.conflict,sync.max_delete,event.invite,event.updates,team.members,hooks.post_sync,attic.keep,secrets.backend,secrets.key_file,secrets.command,google.client_file,google.calendar_api,google.imap,microsoft.client_id,microsoft.tenant,microsoft.authority,microsoft.graph,microsoft.imap') ;;
        'config set') reply=('language,agenda.path,mail.path,sync.every,sync.conflict,sync.max_delete,event.invite,event.updates,team.members,hooks.post_sync,attic.keep,secrets.backend,secrets.key_file,secrets.command,google.client_file,google.calendar_api,google.imap,microsoft.client_id,microsoft.tenant,microsoft.authority,microsoft.graph,microsoft.imap' '@setting') ;;
        'config unset') reply=('language,agenda.path,mail.path,sync.every,sync.conflict,sync.max_delete,event.invite,event.updates,team.members,hooks.post_sync,attic.keep,secrets.backend,secrets.key_file,secrets.command,google.client_file,google.calendar_api,google.imap,microsoft.client_id,microsoft.tenant,microsoft.authority,microsoft.graph,microsoft.imap') ;;
        'account use') reply=('@accounts') ;;
        'account add') reply=('') ;;
        'account export') reply=('@files') ;;
        'account import') reply=('@files') ;;
        'admin trust') reply=('@providers') ;;
        'admin enable') reply=('google,microsoft365,exchange,kerio,caldav') ;;
        'admin disable') reply=('@providers') ;;
        'help') reply=('primary,folders,invitations,trusted-app,google-client,kerio,khal,neomutt,notmuch,cron,systemd,hooks,policy,secrets,errors,support') ;;
    esac
}

# What a setting can be.
_calsync_setting() {
    reply=()
    case $1 in
        'language') reply=('auto,en,nl') ;;
        'sync.conflict') reply=('remote,local') ;;
        'event.invite') reply=('ask,all,none') ;;
        'event.updates') reply=('invited,never') ;;
        'secrets.backend') reply=('keyring,file,command') ;;
    esac
}
# The words of a line, without their quotes, in `words`; the last one is the word to complete, `raw` is that one as it is
# typed, and `quote` the quote that is still open in it. Nothing in the line is ever executed or expanded.
_calsync_split() {
    local line=$1 at char word=''
    words=() raw='' quote=''
    for ((at = 0; at < ${#line}; at++)); do
        char=${line:at:1}
        if [[ $quote != "'" && $char == \\ ]]; then
            at=$((at + 1))
            raw+=$char${line:at:1}
            # Within double quotes a backslash stands for itself before most characters (bash(1), QUOTING).
            [[ $quote == '"' && ${line:at:1} != [\$\`\"\\] ]] && word+=$char
            word+=${line:at:1}
        elif [[ $quote ]]; then
            raw+=$char
            if [[ $char == "$quote" ]]; then quote=''; else word+=$char; fi
        elif [[ $char == [[:space:]] ]]; then
            [[ $raw ]] && words+=("$word")
            word='' raw=''
        else
            raw+=$char
            if [[ $char == [\'\"] ]]; then quote=$char; else word+=$char; fi
        fi
    done
    words+=("$word")
}

# Whether the command has a flag of this name; `flag` is then how the table writes it.
_calsync_known() {
    local one
    for one in "${flags[@]}"; do
        [[ ,${one%%[=+]*}, == *",$1,"* ]] && flag=$one && return
    done
    return 1
}

# A flag of the line: noted, and `waiting` set where its value is the next word.
_calsync_took() {
    _calsync_known "$1" || return
    used+=("$flag")
    if [[ $flag == *=* ]]; then waiting=$flag; fi
}

# The value of a flag of the line: two of them change what can be offered.
_calsync_valued() {
    case $waiting in
        -a,--account=*) account=$1 ;;
        --config=*) config=$1 ;;
    esac
    waiting=''
}

# Letters behind one dash: `-qn`, `-vv`, `-ame@example.org`.
_calsync_letters() {
    local letters=${1#-}
    while [[ $letters ]]; do
        _calsync_took "-${letters:0:1}"
        letters=${letters:1}
        if [[ $waiting && $letters ]]; then
            _calsync_valued "$letters"
            return
        fi
    done
}

# The flags that a command takes.
_calsync_flags() {
    local -a own=()
    local one
    _calsync_own "$1"
    own=("${reply[@]}")
    _calsync_refused "$1"
    local refused=" ${reply[*]} "
    _calsync_common
    flags=("${own[@]}")
    for one in "${reply[@]}"; do
        [[ $refused == *" $one "* ]] || flags+=("$one")
    done
}

# A word of the line that is neither a flag nor a flag's value.
_calsync_word() {
    local one
    _calsync_commands "$path"
    for one in "${reply[@]}"; do
        if [[ $one == "$1" ]]; then
            path=${path:+$path }$1
            _calsync_flags "$path"
            return
        fi
    done
    given+=("$1")
}

# Everything before the word to complete.
_calsync_read() {
    local word
    _calsync_flags ''
    for word in "${words[@]:1:${#words[@]}-2}"; do
        if [[ $waiting ]]; then
            _calsync_valued "$word"
        elif [[ $ended ]]; then
            given+=("$word")
        else
            case $word in
                --) ended=1 ;;
                --*=*)
                    _calsync_took "${word%%=*}"
                    _calsync_valued "${word#*=}"
                    ;;
                --*) _calsync_took "$word" ;;
                -?*) _calsync_letters "$word" ;;
                *) _calsync_word "$word" ;;
            esac
        fi
    done
}

# A word as it has to be typed here, in `typed`.
_calsync_typed() {
    local special
    typed=$1
    case $within in
        "'") typed=${typed//"'"/"'\\''"} ;;
        '"')
            # Nothing keeps `!` from being expanded there (bash(1), HISTORY EXPANSION).
            [[ $typed == *!* ]] && return 1
            for special in \\ '"' '$' '`'; do typed=${typed//"$special"/"\\$special"}; done
            ;;
        *)
            for special in \\ ' ' \" "'" '$' '`' '&' '|' ';' '<' '>' '(' ')' '[' ']' '{' '}' '*' '?' '!' '#' '~'; do
                typed=${typed//"$special"/"\\$special"}
            done
            ;;
    esac
    # Readline closes the quote itself, unless it takes the last letter for that.
    [[ $within && $typed == *"$within" ]] && typed+=$within
    return 0
}

# Those of these words that continue what is typed, whatever the case of its letters.
_calsync_offer() {
    local word typed
    for word; do
        [[ ${word,,} == "${current,,}"* ]] || continue
        _calsync_typed "${word:skip}" && COMPREPLY+=("$typed")
    done
}

# What calsync itself knows, in `reply`. It reads files and nothing else; whatever goes wrong, it says nothing.
_calsync_asked() {
    local line
    local -a ask=("${program/#\~\//$HOME/}" --complete-values "${1#@}")
    [[ $account ]] && ask+=(--account "$account")
    [[ $config ]] && ask+=(--config "$config")
    reply=()
    while IFS= read -r line; do
        reply+=("${line%%$'\t'*}")
    done < <("${ask[@]}" 2>/dev/null </dev/null)
}

# What can stand in a slot; $2 is the flag with its `=`, where they are one word.
_calsync_fill() {
    case $1 in
        '') return ;;
        @files) compopt -o default ;;
        @directories) compopt -o dirnames ;;
        @setting)
            _calsync_setting "${given[0]-}"
            IFS=, read -ra reply <<<"${reply[0]-}"
            ;;
        @*) _calsync_asked "$1" ;;
        *) IFS=, read -ra reply <<<"$1" ;;
    esac
    [[ $1 == @files || $1 == @directories ]] || _calsync_offer "${reply[@]/#/${2-}}"
}

# The flags that can still be given.
_calsync_dashes() {
    local one
    for one in "${flags[@]}"; do
        if [[ $one == *+ || " ${used[*]} " != *" $one "* ]]; then
            IFS=, read -ra reply <<<"${one%%[=+]*}"
            _calsync_offer "${reply[@]}"
        fi
    done
}

# The commands that can follow, without those that a policy takes away; where there are none, what stands here.
_calsync_next() {
    local -a next=()
    local one
    _calsync_commands "$path"
    if [[ ${#reply[@]} -gt 0 ]]; then
        [[ ${#given[@]} -eq 0 ]] || return
        next=("${reply[@]}")
        reply=()
        [[ $path ]] || _calsync_asked @barred
        for one in "${next[@]}"; do
            [[ " ${reply[*]} " == *" $one "* ]] || _calsync_offer "$one"
        done
        return
    fi
    _calsync_places "$path"
    if [[ ${#reply[@]} -gt ${#given[@]} ]]; then
        one=${reply[${#given[@]}]}
    elif [[ ${#reply[@]} -gt 0 && ${reply[-1]} == *+ ]]; then
        one=${reply[-1]}
    else
        return
    fi
    _calsync_fill "${one%+}"
}

_calsync() {
    local -a words=() reply=() flags=() used=() given=()
    local IFS=$' \t\n'
    local raw quote within flag path='' waiting='' ended='' account='' config='' program current skip lead
    COMPREPLY=()
    # Bash breaks words at `:`, `=` and `@` too and replaces only what comes after ($2); `skip` letters are to be left.
    _calsync_split "${COMP_LINE:0:COMP_POINT}"
    lead=''
    [[ $raw == *"$2" ]] && lead=${raw%"$2"}
    _calsync_split "$lead"
    skip=${#words[-1]}
    within=$quote
    _calsync_split "${COMP_LINE:0:COMP_POINT}"
    program=${words[0]}
    current=${words[-1]}
    _calsync_read
    if [[ $waiting ]]; then
        flag=${waiting#*=}
        _calsync_fill "${flag%+}"
    elif [[ ! $ended && $current == --*=* ]]; then
        if _calsync_known "${current%%=*}" && [[ $flag == *=* ]]; then
            flag=${flag#*=}
            _calsync_fill "${flag%+}" "${current%%=*}="
        fi
    elif [[ ! $ended && $current == -* ]]; then
        _calsync_dashes
    else
        _calsync_next
    fi
}

complete -F _calsync calsync
