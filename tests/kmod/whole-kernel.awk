# For choose_kernel: of the releases in the variable `releases`, newest first, finds the first one whose headers and image are in the list
# of packages on standard input, with every package of the kernel that they depend on, each in a version that fits.
BEGIN { RS = ""; FS = "\n" }

/^Package: linux-/ {
  name = version = wanted = ""
  for (i = 1; i <= NF; i++) {
    if (index($i, "Package: ") == 1) name = substr($i, 10)
    if (index($i, "Version: ") == 1) version = substr($i, 10)
    if (index($i, "Depends: ") == 1) wanted = substr($i, 10)
  }
  versions[name] = versions[name] " " version
  depends[name, version] = wanted
}

function fits(version, relation, limit) {
  if (relation == "") return 1
  if (relation == "=") return version == limit
  return system("dpkg --compare-versions '" version "' '" relation "' '" limit "'") == 0
}

# Adds a package, in a version that fits, and what it depends on to `chosen`; what is not in the list goes to `missing`.
function need(name, relation, limit, who,    candidates, count, i, clauses, alternatives, version) {
  if (name in seen) return
  seen[name]
  count = split(versions[name], candidates, " ")
  for (i = 1; i <= count && !fits(candidates[i], relation, limit); i++) { }
  if (i > count) {
    missing = missing (missing == "" ? "" : ", ") name
    if (count > 0) missing = missing " (" relation " " limit ", which " who " needs; the archive has" versions[name] ")"
    else if ((name "-unsigned") in versions) missing = missing " (there is only " name "-unsigned)"
    return
  }
  version = candidates[i]
  chosen = chosen name "=" version "\n"
  count = split(depends[name, version], clauses, / *, */)
  for (i = 1; i <= count; i++) need_one(clauses[i], name)
}

# Of a clause "a (>= 1) | b" only the kernel's own packages count: a compiler, say, comes from elsewhere.
function need_one(clause, who,    alternatives, count, i, words, first) {
  count = split(clause, alternatives, / *[|] */)
  for (i = 1; i <= count; i++) {
    gsub(/[()]/, " ", alternatives[i])
    sub(/:[a-z0-9]+/, "", alternatives[i])
    split(alternatives[i] "  ", words, / +/)
    if (words[1] !~ /^linux-(headers|image|binary|modules|kbuild|compiler|base-[0-9])/) return
    if (i == 1) first = alternatives[i]
    if (words[1] in versions) { first = alternatives[i]; break }
  }
  split(first "  ", words, / +/)
  need(words[1], words[2], words[3], who)
}

END {
  count = split(releases, newest, " ")
  for (release = 1; release <= count; release++) {
    split("", seen)
    chosen = missing = ""
    need("linux-headers-" newest[release] "-cloud-amd64")
    # A module of one upload's headers is for that upload's image.
    headers = versions["linux-headers-" newest[release] "-cloud-amd64"]
    sub(/^ /, "", headers)
    need("linux-image-" newest[release] "-cloud-amd64", headers == "" ? "" : "=", headers, "linux-headers-" newest[release] "-cloud-amd64")
    if (missing == "") {
      printf "%s\n%s", newest[release], chosen
      exit 0
    }
    print newest[release] " is not whole, the archive lacks " missing > "/dev/stderr"
  }
  print "no kernel is whole in the archive" > "/dev/stderr"
  exit 1
}
