# shellcheck shell=bash
# What run and stop share. Sourced by bash with the checkout as the current directory.
#
# Everything of a demo is in one temporary directory: programs (bin), data, socket, logs. The file build/demo holds its
# name, so that stop and the next run find it.

state=build/demo

# as_owner DIRECTORY COMMAND...: runs a command in the directory, as the user whom it belongs to.
as_owner() (
  cd "$1" || exit 1
  owner=$(stat -c %u .)
  shift
  if [ "$(id -u)" = "$owner" ]; then
    "$@"
  else
    HOME=$PWD setpriv --reuid="$owner" --regid="$(stat -c %g .)" --clear-groups -- "$@"
  fi
)

# demo_directory: prints the directory of the demo of this checkout, nothing if there is none.
demo_directory() {
  local directory
  [ -e "$state" ] || return 0
  directory=$(cat "$state") || return 1
  case $directory in
  /*/pg_almanac-demo.*) [ ! -d "$directory" ] || echo "$directory" ;;
  esac
}

# remove_demo DIRECTORY fast|immediate: stops the server, if it runs, and removes all there is.
remove_demo() {
  local directory=$1
  if [ -e "$directory/data/postmaster.pid" ]; then
    as_owner "$directory" bin/pg_ctl stop -s -D data -m "$2" -t 60 >/dev/null 2>&1 ||
      as_owner "$directory" bin/pg_ctl stop -s -D data -m immediate -t 60 >/dev/null 2>&1 || true
  fi
  rm -rf "$directory"
}
