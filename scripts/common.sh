# What the scripts beside this file share. Sourced, not run; the caller has set its shell options.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
# Programs that cargo installs are found even where the login shell does not say so.
export PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
# Everything that cargo makes; also what these scripts make.
target=${CARGO_TARGET_DIR:-$root/target}

# One line of news.
say() { printf '%s\n' "$*"; }

# Stops with what happened and the one thing to do next.
fail() {
  printf '\n%s: %s\n' "$(basename "$0")" "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# The folder of PostgreSQL's server programs, newest version first. Debian keeps them off the PATH.
postgres_programs() {
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort --version-sort --reverse); do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then say "$folder" && return; fi
  done
  if have initdb && have pg_ctl; then dirname "$(readlink -f "$(command -v initdb)")" && return; fi
  return 1
}

# Seconds as "1 min 05 s".
spell() {
  if [ "$1" -lt 60 ]; then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

# A number that changes when the content or the name of any file below the given paths does.
fingerprint() {
  local path
  {
    rustc --version
    for path in "$@"; do [ ! -e "$path" ] || find "$path" -type f -print0; done | sort --zero-terminated |
      xargs --null --no-run-if-empty sha256sum
  } | sha256sum | cut -c 1-40
}
