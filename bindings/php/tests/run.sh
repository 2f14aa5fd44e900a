#!/bin/sh
# Runs the tests; arguments go to phpunit. tests/setup.sh comes first.
set -eu
cd "$(dirname "$0")/../../.."
exec php -d extension="$PWD/target/php/psr/psr.so" "$(command -v phpunit)" \
    --configuration bindings/php/phpunit.xml "$@"
