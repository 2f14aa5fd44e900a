#!/bin/sh
# Installs the peers in other languages: what the distribution has with apt-get, the rest under
# target/peers. What cannot be had is left out of the results.
cd "$(dirname "$0")" || exit 1
target=${CARGO_TARGET_DIR:-$PWD/../../target}/peers
mkdir -p "$target/node" || exit 1

packages='golang-github-gin-gonic-gin-dev php-symfony-http-foundation'
need() { command -v "$1" >/dev/null || packages="$packages $2"; }
need go golang-go
need npm 'nodejs npm'
need php php-cli
need python3 python3-venv
need valgrind valgrind
# shellcheck disable=SC2086 # a list of words
apt-get install --yes --quiet --no-install-recommends $packages

cp package.json package-lock.json "$target/node" && npm ci --silent --prefix "$target/node"
python3 -m venv "$target/python" && "$target/python/bin/pip" install --quiet -r requirements.txt
# Debian keeps the sources of Go packages there.
GO111MODULE=off GOPATH=/usr/share/gocode go build -o "$target/gin" gin.go
