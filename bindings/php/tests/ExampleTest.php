<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\Tests\Support\Files;
use TuleapFront\Tests\Support\Php;

/** The examples of the README, and that their assertions are some. */
final class ExampleTest extends TestCase
{
    /** @return iterable<string, array{string, string}> file, and a text that it asserts */
    public static function examples(): iterable
    {
        yield 'first' => ['first.php', '203.0.113.9'];
        yield 'destination' => ['destination.php', 'http://127.0.0.1:8080/svn/a%20b'];
    }

    /** @dataProvider examples */
    public function testTheReadmeShowsTheFile(string $file): void
    {
        $readme = (string) file_get_contents(\dirname(__DIR__) . '/README.md');
        $block = "<!-- examples/php/$file -->\n```php\n" . self::example($file) . "```\n";
        self::assertStringContainsString($block, $readme);
        self::assertLessThanOrEqual(90, substr_count($readme, "\n"));
    }

    /** @dataProvider examples */
    public function testTheExampleOfTheReadme(string $file, string $asserted): void
    {
        self::assertSame([0, ''], $this->runWith($file, $asserted, $asserted));
        [$status, $output] = $this->runWith($file, $asserted, '6.6.6.6');
        self::assertNotSame(0, $status);
        self::assertStringContainsString('AssertionError', $output);
    }

    private static function example(string $file): string
    {
        return (string) file_get_contents(Files::root() . "/examples/php/$file");
    }

    /** @return array{int, string} */
    private function runWith(string $file, string $asserted, string $expected): array
    {
        $folder = Files::target('example');
        is_dir("$folder/vendor") || mkdir("$folder/vendor");
        $load = '<?php require ' . var_export(__DIR__ . '/bootstrap.php', true) . ';';
        file_put_contents("$folder/vendor/autoload.php", $load);
        $example = str_replace("=== '$asserted'", "=== '$expected'", self::example($file));
        file_put_contents("$folder/$file", $example);
        return Php::run(['-d', 'zend.assertions=1', "$folder/$file"]);
    }
}
