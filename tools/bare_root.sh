#!/bin/bash
# Prove the README's two commands on a fresh Debian that has only python3, pip and git.
#
#   sudo tools/bare_root.sh [--suite bookworm|trixie] [--as root|newcomer] [--keep] [--reuse FOLDER] [STEP...]
#
# Steps, in the given order (default: all): setup up test, each as root and as a plain user.
# The Debian mirror, the name server, the certificates and pip's and npm's settings are taken from
# this machine. What is tested is the last commit. Everything lies in one folder under /var/tmp
# (1 to 3 GB) and is removed at the end; the processes inside end with their namespace.
set -euo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd -P)
suite=bookworm
people="root newcomer"
keep=
place=
steps=()
while [ $# -gt 0 ]; do
    case $1 in
        --suite) suite=$2; shift ;;
        --as) people=$2; shift ;;
        --keep) keep=yes ;;
        --reuse) place=$2 keep=yes; shift ;;
        *) steps+=("$1") ;;
    esac
    shift
done
[ ${#steps[@]} -gt 0 ] || steps=(setup up test)
[ "$(id -u)" = 0 ] || { echo "debootstrap and chroot need root; run it with sudo." >&2; exit 2; }
command -v debootstrap >/dev/null || { echo "First: apt-get install debootstrap" >&2; exit 2; }

# The first Debian archive that this machine's own apt knows; MIRROR overrides it.
mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' |
    grep -v security | sort -u | head -n 1)}
[ -n "$mirror" ] || { echo "apt names no Debian mirror here; set MIRROR." >&2; exit 2; }

finish() { [ -n "$keep" ] && echo "Kept: $place" || rm -rf --one-file-system "$place"; }
trap finish EXIT

# make_root: a Debian with three packages and this machine's way to the network, nothing else.
make_root() {
    echo "== Debian $suite with python3, pip and git"
    debootstrap --variant=minbase --include=python3,python3-pip,git,ca-certificates \
        "$suite" "$root" "$mirror" >"$place/debootstrap.log" 2>&1 || { tail "$place/debootstrap.log"; exit 1; }
    # The links inside point to absolute places, which from here would be this machine's own files.
    rm -rf "$root/etc/ssl/certs" "$root/etc/resolv.conf" "$root/etc/hosts"
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    cp -rL /etc/ssl/certs "$root/etc/ssl/certs" 2>/dev/null || true
    [ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/"
    [ ! -e "${HOME:-/root}/.npmrc" ] || cp "${HOME:-/root}/.npmrc" "$root/etc/npmrc"
    chroot "$root" useradd --create-home newcomer
}

[ -n "$place" ] || place=$(mktemp -d /var/tmp/cutroom-bare.XXXXXX)
root=$place/root
[ -d "$root/home/newcomer" ] || make_root

# Only what says how to reach the outside crosses over, never this machine's PATH or Python.
surroundings=(LANG=C.UTF-8 TERM=dumb PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
[ ! -e "$root/etc/npmrc" ] || surroundings+=(NPM_CONFIG_GLOBALCONFIG=/etc/npmrc)
while IFS= read -r pair; do surroundings+=("$pair"); done < <(
    env | grep -E '^(PIP_(CERT|INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|DEFAULT_TIMEOUT|PROXY)|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|NODE_EXTRA_CA_CERTS|NPM_CONFIG_REGISTRY|([Hh][Tt][Tt][Pp][Ss]?|[Nn][Oo])_[Pp][Rr][Oo][Xx][Yy])=' || true)

# inside USER HOME COMMAND: run it in the root with namespaces of its own for mounts and processes.
inside() {
    local who=$1 home=$2
    shift 2
    unshare --mount --pid --fork --kill-child bash -euc '
        root=$1 who=$2; shift 2
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        exec chroot --userspec="$who" "$root" "$@"
    ' - "$root" "$who" env -i "${surroundings[@]}" HOME="$home" USER="$who" "$@"
}

cat >"$root/usr/local/bin/try-up" <<'END'
#!/usr/bin/python3
"""Start `./run up`, wait for its page and its link, stop it as Ctrl-C does; nothing may be left."""
import os, pathlib, re, signal, socket, subprocess, sys, time, urllib.request

def processes():
    return {p.name for p in pathlib.Path("/proc").iterdir() if p.name.isdigit() and (p / "cmdline").read_bytes()}

with socket.create_server(("127.0.0.1", 0)) as free:  # the usual port may be in use on this machine
    os.environ["CUTROOM_PORT"] = str(free.getsockname()[1])
before = processes()
started = time.monotonic()
log = open("/tmp/up-%d.log" % os.getuid(), "w+")
up = subprocess.Popen(["./run", "up"], stdout=log, stderr=subprocess.STDOUT)
link, status = None, None
while time.monotonic() - started < 300 and up.poll() is None and status != 200:
    time.sleep(0.5)
    found = re.search(r"http://\S+", pathlib.Path(log.name).read_text())
    link = found and found[0]
    if link:
        try:
            status = urllib.request.urlopen(re.match(r"http://[^/]+", link)[0] + "/api/health", timeout=5).status
        except OSError as error:
            status = error
print("answered", status, "after %.1f s" % (time.monotonic() - started))
up.send_signal(signal.SIGINT)
code = up.wait(30)
time.sleep(1)
left = processes() - before
print("exit code", code, "processes left:", len(left))
if status != 200 or code not in (0, 130) or left:
    print(pathlib.Path(log.name).read_text()[-4000:])
    sys.exit("up failed")
END
chmod +x "$root/usr/local/bin/try-up"

for person in $people; do
    home=$(chroot "$root" getent passwd "$person" | cut -d: -f6)
    rm -rf "$root$home/cutroom"
    git clone -q --no-hardlinks "$repository" "$root$home/cutroom"
    chroot "$root" chown -R "$person:" "$home/cutroom"
    for step in "${steps[@]}"; do
        echo "== as $person: $step"
        case $step in
            setup) command=(./run setup) ;;
            up) command=(try-up) ;;
            *) command=(./run "$step") ;;
        esac
        began=$(date +%s)
        inside "$person" "$home" bash -c 'cd ~/cutroom && exec "$@"' - "${command[@]}"
        echo "== as $person: $step passed in $(($(date +%s) - began)) s"
    done
done
echo "== All of it works on a bare Debian $suite."
