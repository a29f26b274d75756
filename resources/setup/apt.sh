# apt_install PACKAGE...: install system packages where this account may do so without being asked; otherwise fail.
apt_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    if [ "$(id -u)" = 0 ]; then
        as_root="env"
    elif sudo -n true 2>/dev/null; then
        as_root="sudo -n env"
    else
        return 1
    fi
    echo "Installing system packages: $*" >&2
    $as_root apt-get update -qq >/dev/null &&
        $as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
            --no-install-recommends "$@" >/dev/null
}
