# shellcheck shell=bash
# Sourced by build.sh: fetches iproute2's source package of Debian. The lists of packages are our own: whether this machine lists
# sources is not ours to change. A mirror may list sources that it has not got: the newest version that is whole is taken, of this
# machine's own releases, or else of another one that is known to do.

fetch_iproute2() { # FOLDER, which is emptied; the package is in FOLDER/package then
  local folder="$1" options mirrors
  options=(-o "Dir::State::Lists=$folder/lists" -o "Dir::Cache=$folder/cache" -o "Dir::Etc::SourceList=$folder/sources.list"
    -o Dir::Etc::SourceParts=/dev/null -o APT::Sandbox::User=root -o Acquire::Retries=3)
  rm -rf "$folder"
  mkdir -p "$folder"/{lists,cache/archives}/partial "$folder/package"
  # shellcheck disable=SC2016 # The variables are apt's.
  mirrors="$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 'Origin: Debian' | sort -u)"
  if [[ -z $mirrors ]]; then
    echo "no mirror of Debian is among this machine's package sources; name a folder with iproute2's sources" >&2
    return 1
  fi
  if ! fetch_newest <<<"$mirrors" && ! fetch_newest < <(other_releases <<<"$mirrors"); then
    echo "no version of iproute2's sources is whole; name a folder with them" >&2
    return 1
  fi
}

other_releases() { # <MIRRORS: those of whole archives, with releases that they are not listed with
  local release lines
  lines="$(cat)"
  for release in trixie bookworm; do
    # The releases of security fixes and updates go by names like bookworm-updates.
    sed -nE "s,^([^ ]+) [a-z]+\$,\1 $release,p" <<<"$lines" | grep -vFx "$lines" || true
  done | sort -u
}

fetch_newest() { # <MIRRORS: lines of URI RELEASE
  local version
  sed 's,.*,deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] & main,' >"$folder/sources.list"
  [[ -s $folder/sources.list ]] || return 1
  apt-get "${options[@]}" -qq update </dev/null || return 1
  while read -r version; do
    rm -f "$folder/package"/*
    if (cd "$folder/package" && apt-get "${options[@]}" -qq source --download-only "iproute2=$version") </dev/null 2>"$folder/error.txt"; then
      return 0
    fi
    echo "iproute2 $version is listed, but not whole: $(head -n 1 "$folder/error.txt")" >&2
  done < <(apt-cache "${options[@]}" showsrc iproute2 2>/dev/null | sed -n 's/^Version: //p' | sort -Vru)
  return 1
}
