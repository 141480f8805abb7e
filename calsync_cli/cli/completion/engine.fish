# Completion of calsync for fish 3.4 or newer. Made by `python -m calsync_cli.cli.completion`: do not edit.

# TABLES
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
