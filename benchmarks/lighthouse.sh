#!/bin/sh
# Lighthouse's four marks for the kinds of pages, where Node.js is installed: benchmarks/lighthouse.sh [page …]
# Lighthouse is installed under .cache/bench; it starts the system's Chromium on the site that `make site` has built.
set -eu
cd "$(dirname "$0")/.."
command -v npm >/dev/null || { echo "lighthouse: left out, since Node.js is not installed"; exit 0; }
[ -d site/search ] || { echo "no site: make it with \`make site\`" >&2; exit 2; }
CHROME_PATH=${CHROME_PATH:-$(command -v chromium || command -v google-chrome)}
export CHROME_PATH
[ -x .cache/bench/node_modules/.bin/lighthouse ] || npm install --silent --no-audit --no-fund --prefix .cache/bench lighthouse@13
.venv/bin/python benchmarks/serve.py site 8137 &
server=$!
trap 'kill $server' EXIT
sleep 1
for page in "${@:-}" papers/resnet/ bibliography/ map/; do
  .cache/bench/node_modules/.bin/lighthouse "http://127.0.0.1:8137/$page" --quiet --output=json --output-path=.cache/bench/lighthouse.json \
    --chrome-flags="--headless=new --no-sandbox --disable-gpu"
  .venv/bin/python - "$page" <<'EOF'
import json, os, pathlib, sys
report = json.loads(pathlib.Path(".cache/bench/lighthouse.json").read_text())
marks = ", ".join(f"{kind['title']} {kind['score'] * 100:.0f}" for kind in report["categories"].values())
names = "first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "total-byte-weight"
first, largest, blocked, shift, weight = (report["audits"][name]["displayValue"].lower() for name in names)
print(
    f"lighthouse {sys.argv[1] or 'home'}: {marks}; first paint {first}, largest {largest}, blocked {blocked}, "
    f"layout shift {shift}; {weight}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
)
EOF
done
