#compdef calsync
# Completion of calsync for zsh. Made by `python -m calsync_cli.cli.completion`: do not edit.

# TABLES
# Whether the command has a flag of this name; `flag` is then how the table writes it.
_calsync_known() {
  local row
  for row in "${(@)flags}"; do
    [[ ,${row%%[=+]*}, == *",$1,"* ]] && flag=$row && return
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
    (-a,--account=*) account=$1 ;;
    (--config=*) config=$1 ;;
  esac
  waiting=''
}

# Letters behind one dash: `-qn`, `-vv`, `-ame@example.org`.
_calsync_letters() {
  local letters=${1#-}
  while [[ -n $letters ]]; do
    _calsync_took "-${letters[1]}"
    letters=${letters[2,-1]}
    if [[ -n $waiting && -n $letters ]]; then
      _calsync_valued "$letters"
      return
    fi
  done
}

# The flags that a command takes, in `flags`, and what each is for, in `about`.
_calsync_flags() {
  local -a refused rows
  local word english dutch
  _calsync_refused "$1"; refused=("${(@)reply}")
  _calsync_own "$1"; rows=("${(@)reply}")
  _calsync_common; rows+=("${(@)reply}")
  flags=() about=()
  for word english dutch in "${(@)rows}"; do
    (( ${refused[(Ie)$word]} )) && continue
    flags+=("$word")
    if [[ -n $nederlands ]]; then about[$word]=$dutch; else about[$word]=$english; fi
  done
}

# A word of the line that is neither a flag nor a flag's value.
_calsync_word() {
  local word english dutch
  _calsync_commands "$command"
  for word english dutch in "${(@)reply}"; do
    if [[ $word == "$1" ]]; then
      command=${command:+$command }$1
      _calsync_flags "$command"
      return
    fi
  done
  given+=("$1")
}

# Everything before the word to complete.
_calsync_read() {
  local word
  _calsync_flags ''
  for word in "${(@Q)words[2,CURRENT-1]}"; do
    if [[ -n $waiting ]]; then
      _calsync_valued "$word"
    elif [[ -n $ended ]]; then
      given+=("$word")
    else
      case $word in
        (--) ended=1 ;;
        (--*=*) _calsync_took "${word%%=*}"; _calsync_valued "${word#*=}" ;;
        (--*) _calsync_took "$word" ;;
        (-?*) _calsync_letters "$word" ;;
        (*) _calsync_word "$word" ;;
      esac
    fi
  done
}

# Words and what they stand for, as _describe wants them: a colon ends the word, unless a backslash stands before it.
_calsync_row() {
  local word=${1//\\/\\\\}
  rows+=("${word//:/\\:}${2:+:$2}")
}

# What calsync itself knows. It reads files and nothing else; whatever goes wrong, it says nothing.
_calsync_asked() {
  local line
  local -a ask=("${${(Q)words[1]}/#\~\//$HOME/}" --complete-values "${1#@}")
  [[ -n $account ]] && ask+=(--account "$account")
  [[ -n $config ]] && ask+=(--config "$config")
  for line in "${(@f)$("${(@)ask}" 2>/dev/null </dev/null)}"; do
    [[ -n $line ]] && _calsync_row "${line%%$'\t'*}" "${line#*$'\t'}"
  done
}

# What can stand in a slot.
_calsync_fill() {
  local -a rows
  local word
  case $1 in
    ('') _message 'no completion'; return 1 ;;
    (@files) _files; return ;;
    (@directories) _files -/; return ;;
    (@setting)
      _calsync_setting "${given[1]}"
      for word in ${(s:,:)reply[1]}; do _calsync_row "$word" ''; done
      ;;
    (@*) _calsync_asked "$1" ;;
    (*) for word in ${(s:,:)1}; do _calsync_row "$word" ''; done ;;
  esac
  # Whatever the case of its letters: names of calendars begin with a capital.
  _describe -V -t values 'value' rows -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}'
}

# The flags that can still be given.
_calsync_dashes() {
  local -a rows
  local word names
  for names in "${(@)flags}"; do
    [[ $names != *+ ]] && (( ${used[(Ie)$names]} )) && continue
    for word in ${(s:,:)names%%[=+]*}; do _calsync_row "$word" "${about[$names]}"; done
  done
  _describe -o -t options 'option' rows
}

# The commands that can follow, without those that a policy takes away; where there are none, what stands here.
_calsync_next() {
  local -a rows next barred
  local word english dutch slot
  _calsync_commands "$command"
  if (( $#reply )); then
    (( $#given )) && return 1
    next=("${(@)reply}")
    if [[ -z $command ]]; then _calsync_asked @barred; barred=("${(@)rows%%:*}"); rows=(); fi
    for word english dutch in "${(@)next}"; do
      (( ${barred[(Ie)$word]} )) && continue
      if [[ -n $nederlands ]]; then _calsync_row "$word" "$dutch"; else _calsync_row "$word" "$english"; fi
    done
    _describe -V -t commands 'command' rows
    return
  fi
  _calsync_places "$command"
  slot=${reply[$#given + 1]-}
  if (( $#reply <= $#given )); then
    [[ ${reply[-1]-} == *+ ]] || return 1
    slot=${reply[-1]}
  fi
  _calsync_fill "${slot%+}"
}

_calsync() {
  local -a reply flags used given
  local -A about
  local command waiting ended account config nederlands flag language
  for language in "$CALSYNC_LANG" "$LC_ALL" "$LC_MESSAGES" "$LANG"; do
    [[ -n $language && $language != auto ]] && break
  done
  [[ $language == nl* ]] && nederlands=1
  _calsync_read
  if [[ -n $waiting ]]; then
    flag=${waiting#*=}
    _calsync_fill "${flag%+}"
  elif [[ -z $ended && $PREFIX == --*=* ]]; then
    _calsync_known "${PREFIX%%=*}" && [[ $flag == *=* ]] || return 1
    compset -P 1 '*='
    flag=${flag#*=}
    _calsync_fill "${flag%+}"
  elif [[ -z $ended && $PREFIX == -* ]]; then
    _calsync_dashes
  else
    _calsync_next
  fi
}

# Sourced, it registers itself; loaded by compinit, it has been registered and is called now.
if [[ $funcstack[1] == _calsync ]]; then
  _calsync "$@"
else
  compdef _calsync calsync
fi
