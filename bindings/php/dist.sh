#!/bin/sh
# Makes target/dist/tuleap-front-php-VERSION.zip: the package as Composer installs it, with the
# library for this system. `cargo xtask build c --prefix target/php/c` comes first.
set -eu
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
system=$(php -r 'echo strtolower(PHP_OS_FAMILY), "-", php_uname("m");')
stage=target/php/dist/package
rm -rf "$stage"
mkdir -p "$stage/lib/$system" target/dist
cp -R bindings/php/src bindings/php/bin bindings/php/preload.php bindings/php/autoload.php \
    bindings/php/README.md LICENSE-APACHE LICENSE-MIT "$stage"
cp include/tuleap_front.h "$stage/lib"
cp target/php/c/lib/libtuleap_front.so "$stage/lib/$system/libtuleap_front.so"
strip --strip-unneeded "$stage/lib/$system/libtuleap_front.so"
# The version stands in one place; a package on its own needs it too.
sed "s/\"type\": \"library\",/\"version\": \"$version\",\n    &/" bindings/php/composer.json > "$stage/composer.json"
export COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_HOME="$PWD/target/php/composer" COMPOSER_DISABLE_NETWORK=1
composer validate --quiet --strict --no-check-publish --no-check-version --working-dir "$stage"
rm -f "target/dist/tuleap-front-php-$version.zip"
composer archive --quiet --working-dir "$stage" --format zip --dir "$PWD/target/dist" \
    --file "tuleap-front-php-$version"
echo "target/dist/tuleap-front-php-$version.zip"
