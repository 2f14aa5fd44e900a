#!/bin/sh
# What the tests need beside the Debian packages php-cli php-fpm php-mbstring php-xml phpunit
# composer unzip php-nyholm-psr7: the PSR-15 interfaces, which Debian has as an extension that
# cannot be installed beside composer. So it is unpacked here and loaded by the tests alone; and a
# library that panics on demand.
set -eu
cd "$(dirname "$0")/../../.."
mkdir -p target/php/psr
if [ ! -e target/php/psr/psr.so ]; then
    package=$(apt-cache depends php-psr | sed -n 's/.*Depends: \(php[0-9.]*-psr\)$/\1/p')
    (cd target/php/psr && apt-get download "${package:-php8.2-psr}" && dpkg -x ./*.deb unpacked)
    cp target/php/psr/unpacked/usr/lib/php/*/psr.so target/php/psr/psr.so
fi
cargo build --quiet --package tuleap-front-c --features panic-test --target-dir target/php/panic
