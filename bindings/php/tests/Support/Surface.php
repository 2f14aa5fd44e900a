<?php

declare(strict_types=1);

namespace TuleapFront\Tests\Support;

/** The public names of the package, by reflection; what is marked `@internal` is none of them. */
final class Surface
{
    /** @return array<string, array<string, mixed>> by class, without the namespace */
    public static function all(): array
    {
        $all = [];
        foreach ((array) glob(\dirname(__DIR__, 2) . '/src/*.php') as $file) {
            $name = basename((string) $file, '.php');
            $all[$name] = self::of(new \ReflectionClass("TuleapFront\\$name"));
        }
        ksort($all);
        return $all;
    }

    /** @return array<string, mixed> */
    private static function of(\ReflectionClass $class): array
    {
        $properties = array_filter($class->getProperties(\ReflectionProperty::IS_PUBLIC), self::isOurs($class));
        $constants = array_filter($class->getReflectionConstants(), self::isOurs($class));
        $methods = array_filter($class->getMethods(\ReflectionMethod::IS_PUBLIC), self::isOurs($class));
        $surface = [
            'class' => implode(' ', \Reflection::getModifierNames($class->getModifiers())),
            'extends' => $class->getParentClass() ? $class->getParentClass()->getName() : null,
            // The extension of Debian has the interfaces of PSR under a second name.
            'implements' => str_replace('PsrExt\\', 'Psr\\', $class->getInterfaceNames()),
            'constants' => self::byName($constants, static fn ($one): string => get_debug_type($one->getValue())),
            'properties' => self::byName($properties, static fn ($one): string => (string) $one->getType()),
            'methods' => self::byName($methods, self::signature(...)),
        ];
        sort($surface['implements']);
        return $surface;
    }

    private static function isOurs(\ReflectionClass $class): \Closure
    {
        return static fn (\Reflector $member): bool => $member->getDeclaringClass()->getName() === $class->getName()
            && !str_contains((string) $member->getDocComment(), '@internal')
            && !($member instanceof \ReflectionClassConstant && $member->isPrivate())
            && !str_ends_with($member->getName(), 'serialize');
    }

    private static function byName(array $members, \Closure $write): array
    {
        $names = array_map(static fn (\Reflector $member): string => $member->getName(), $members);
        $written = array_combine($names, array_map($write, $members));
        ksort($written);
        return $written;
    }

    private static function signature(\ReflectionMethod $method): string
    {
        $parameters = array_map(static function (\ReflectionParameter $one): string {
            $default = $one->isDefaultValueAvailable() ? ' = ' . self::value($one->getDefaultValue()) : '';
            return $one->getType() . ' $' . $one->getName() . $default;
        }, $method->getParameters());
        $static = $method->isStatic() ? 'static ' : '';
        $type = $method->hasReturnType() ? ': ' . $method->getReturnType() : '';
        return $static . '(' . implode(', ', $parameters) . ')' . $type;
    }

    private static function value(mixed $value): string
    {
        return json_encode($value, \JSON_THROW_ON_ERROR | \JSON_UNESCAPED_SLASHES);
    }
}
