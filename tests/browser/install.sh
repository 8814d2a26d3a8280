#!/bin/sh
# Install chromium for the browser tests where no browser of its kind is found.
set -eu

browser="${BRIKOPT_BROWSER:-}"
if [ -n "$browser" ]; then
	command -v "$browser" >/dev/null && exit 0
	echo "BRIKOPT_BROWSER is $browser, which is no program." >&2
	exit 1
fi
for name in chromium chromium-browser google-chrome; do
	command -v "$name" >/dev/null && exit 0
done

by_hand="Install chromium or google-chrome by hand, or name one in BRIKOPT_BROWSER."
if ! command -v apt-get >/dev/null; then
	echo "The browser tests need chromium, and this system has no apt-get to install it with. $by_hand" >&2
	exit 1
fi
root=""
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "The browser tests need chromium, and installing it takes root or sudo. $by_hand" >&2
		exit 1
	fi
	root="sudo"
fi
echo "Installing chromium for the browser tests"
if ! { $root apt-get update --quiet && $root apt-get install --quiet --yes --no-install-recommends chromium fonts-dejavu-core; }; then
	echo "The browser tests need chromium, and apt-get could not install it. $by_hand" >&2
	exit 1
fi
