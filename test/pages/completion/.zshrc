# An interactive zsh that notes what is offered, and on ^T what the line became, in $NOTES.
PROMPT='<ready>' LISTMAX=100000
fpath=("$SCRIPTS" $fpath)
autoload -Uz compinit && compinit -u -D
compadd() {
  local -a offered
  # Those with -O, -A or -D only ask what would fit.
  if [[ " ${(j: :)@[1,(i)(-|--)]}" != *' -'(O|A|D)* ]]; then
    builtin compadd -A offered "$@"
    (( $#offered )) && print -rl -- +$IPREFIX$^offered >>"$NOTES"
  fi
  builtin compadd "$@"
}
note() {
  print -r -- "=$BUFFER" >>"$NOTES"
  BUFFER=
  print -n '<noted>'
}
zle -N note
bindkey '^T' note
