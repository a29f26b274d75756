# Print the first Python that really runs, is 3.11 to 3.13 and can make a virtual environment.
# A version manager leaves `python3.12` in the path even where that version is not selected, so each one is tried.
# PYTHON=/path/to/python chooses one by hand.

. "$(dirname "$0")/apt.sh"

probe='
import importlib, sys
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(3)
for module in ("venv", "ensurepip", "ssl", "sqlite3", "ctypes"):
    try:
        importlib.import_module(module)
    except ImportError:
        print("%d.%d %s" % (*sys.version_info[:2], module))
        sys.exit(4)
print(sys.executable)
'

try() {
    found=$("$1" -c "$probe" 2>/dev/null)
    outcome=$?
    [ $outcome = 0 ] && [ -n "$found" ] && echo "$found" && exit 0
}

incomplete=
for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    try "$candidate"
    if [ $outcome = 4 ] && [ -z "$incomplete" ]; then
        incomplete="$candidate $found"
    fi
done

if [ -n "$incomplete" ]; then
    set -- $incomplete
    problem="$1 lacks the module $3, which Coalface needs"
    wanted="python$2 python$2-venv"
else
    problem="Coalface needs Python 3.11, 3.12 or 3.13, and the path has none that works"
    wanted="python3 python3-venv"
    # The system's own python3 runs but is too old or too new: name a version that the system offers beside it.
    if [ $outcome = 3 ]; then
        for version in 3.11 3.12 3.13; do
            apt-cache show "python$version-venv" >/dev/null 2>&1 && wanted="python$version python$version-venv"
        done
    fi
fi
[ -z "$PYTHON" ] || problem="PYTHON=$PYTHON will not do: it must be a complete Python 3.11, 3.12 or 3.13"

if [ -z "$PYTHON" ] && apt_install $wanted; then
    try "/usr/bin/${wanted%% *}"
fi

if command -v apt-get >/dev/null 2>&1; then
    remedy="sudo apt-get install $wanted"
elif command -v dnf >/dev/null 2>&1; then
    remedy="sudo dnf install python3.12"
elif command -v brew >/dev/null 2>&1; then
    remedy="brew install python@3.12"
else
    remedy="pyenv install 3.12 && pyenv local 3.12"
fi
echo "$problem. To install one: $remedy" >&2
exit 1
