# zsh -f drive.zsh COMMAND: runs an interactive shell on a terminal of its own. Each line of stdin is typed there, then TAB, then ^T,
# which that shell answers by noting what the line became and printing a mark. Nothing is typed before the mark of the line before.
zmodload zsh/zpty
zpty shell "$1"
zpty -r shell said '*<ready>*'
while IFS= read -r line; do
  zpty -w -n shell "$line"$'\t\x14'
  zpty -r shell said '*<noted>*' || break
done
zpty -d shell
