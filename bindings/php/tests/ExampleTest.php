<?php

declare(strict_types=1);

namespace TuleapFront\Tests;

use PHPUnit\Framework\TestCase;
use TuleapFront\Tests\Support\Files;
use TuleapFront\Tests\Support\Php;

/** The example of the README, and that its assertion is one. */
final class ExampleTest extends TestCase
{
    public function testTheReadmeShowsTheFile(): void
    {
        $readme = (string) file_get_contents(\dirname(__DIR__) . '/README.md');
        $block = "<!-- examples/php/first.php -->\n```php\n" . self::example() . "```\n";
        self::assertStringContainsString($block, $readme);
        self::assertLessThanOrEqual(60, substr_count($readme, "\n"));
    }

    public function testTheExampleOfTheReadme(): void
    {
        self::assertSame([0, ''], $this->runWith('203.0.113.9'));
        [$status, $output] = $this->runWith('6.6.6.6');
        self::assertNotSame(0, $status);
        self::assertStringContainsString('AssertionError', $output);
    }

    private static function example(): string
    {
        return (string) file_get_contents(Files::root() . '/examples/php/first.php');
    }

    /** @return array{int, string} */
    private function runWith(string $expected): array
    {
        $folder = Files::target('example');
        is_dir("$folder/vendor") || mkdir("$folder/vendor");
        $load = '<?php require ' . var_export(__DIR__ . '/bootstrap.php', true) . ';';
        file_put_contents("$folder/vendor/autoload.php", $load);
        $example = str_replace("=== '203.0.113.9'", "=== '$expected'", self::example());
        file_put_contents("$folder/first.php", $example);
        return Php::run(['-d', 'zend.assertions=1', "$folder/first.php"]);
    }
}
