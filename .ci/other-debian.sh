# apt for another release of Debian than this machine's, with lists of its own: nothing is installed, and this machine's
# apt never hears of it. Sourced by the scripts that fetch what interop/ runs against.
#
# Wants "work" (a folder that is thrown away) and "skip" (which says a reason, and ends the script). Sets "options".

# point_apt_at deb|deb-src SUITE...: what this machine's sources say of its own suite, said of the others.
point_apt_at() {
  local type=$1 codename file suite
  shift
  if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then skip "no apt-get"; fi
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  if [ -z "$codename" ]; then skip "this is not a Debian with a name"; fi
  mkdir -p "$work/sources" "$work/lists/partial" "$work/cache/archives/partial"
  for file in /etc/apt/sources.list.d/*.sources; do
    if [ ! -e "$file" ]; then continue; fi
    grep -v '^#' "$file" | awk -v RS= -v ORS='\n\n' -v suites="(^|\n)Suites:[^\n]* $codename( |\n|\$)" '$0 ~ suites' |
      sed -E "/^Suites:/s/.*/Suites: $*/; /^Types:/s/.*/Types: $type/" >"$work/sources/$(basename "$file")"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    if [ ! -e "$file" ]; then continue; fi
    for suite in "$@"; do
      sed -nE "s/^deb (.*) $codename( .*)$/$type \1 $suite\2/p" "$file"
    done >"$work/sources/$(basename "$file" .list).list"
  done
  options=(
    -o Dir::Etc::SourceList=/dev/null
    -o "Dir::Etc::SourceParts=$work/sources"
    -o "Dir::State::Lists=$work/lists"
    -o "Dir::Cache=$work/cache"
    -o APT::Sandbox::User=root
  )
  if ! apt-get "${options[@]}" update -qq </dev/null; then skip "apt-get cannot read the lists of $*"; fi
}
