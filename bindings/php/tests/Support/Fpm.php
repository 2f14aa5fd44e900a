<?php

declare(strict_types=1);

namespace TuleapFront\Tests\Support;

/** A real php-fpm with one worker, on a socket of its own; it ends with this object. */
final class Fpm
{
    /** @var resource */
    private $process;

    private readonly string $folder;

    /**
     * @param array<string, string> $ini settings of php.ini
     */
    public function __construct(string $name, array $ini)
    {
        $this->folder = Files::target("fpm/$name");
        array_map(unlink(...), (array) glob("$this->folder/*"));
        $isRoot = posix_geteuid() === 0;
        $lines = ['[global]', "error_log=$this->folder/error.log", 'daemonize=no', '[www]'];
        $lines = [...$lines, "listen=$this->folder/fpm.sock", 'pm=static', 'pm.max_children=1'];
        $lines = [...$lines, 'catch_workers_output=yes', ...($isRoot ? ['user=root', 'group=root'] : [])];
        file_put_contents("$this->folder/fpm.conf", implode("\n", $lines) . "\n");
        $command = [self::program(), '--nodaemonize', '--fpm-config', "$this->folder/fpm.conf"];
        if ($isRoot) {
            $command[] = '--allow-to-run-as-root';
            $ini += ['opcache.preload_user' => 'root'];
        }
        foreach ($ini as $setting => $value) {
            array_push($command, '-d', "$setting=$value");
        }
        $log = ['file', "$this->folder/stderr.log", 'w'];
        $this->process = proc_open($command, [['file', '/dev/null', 'r'], $log, $log], $pipes);
        $this->wait();
    }

    public function __destruct()
    {
        proc_terminate($this->process);
        proc_close($this->process);
    }

    /**
     * What a script prints for a request.
     *
     * @param array<string, string> $server the variables that the web server sets
     */
    public function request(string $script, array $server = [], string $body = ''): string
    {
        return (new FastCgi("$this->folder/fpm.sock"))->request($script, $server, $body);
    }

    private function wait(): void
    {
        for ($tries = 0; $tries < 500; $tries++) {
            if (file_exists("$this->folder/fpm.sock")) {
                return;
            }
            if (!proc_get_status($this->process)['running']) {
                break;
            }
            usleep(10_000);
        }
        $said = array_map(file_get_contents(...), (array) glob("$this->folder/*.log"));
        throw new \LogicException('php-fpm does not start: ' . implode("\n", $said));
    }

    private static function program(): string
    {
        $name = 'php-fpm' . \PHP_MAJOR_VERSION . '.' . \PHP_MINOR_VERSION;
        $folders = [...explode(\PATH_SEPARATOR, (string) getenv('PATH')), '/usr/sbin', '/usr/local/sbin'];
        foreach ([$name, 'php-fpm'] as $program) {
            foreach ($folders as $folder) {
                if (is_executable("$folder/$program")) {
                    return "$folder/$program";
                }
            }
        }
        throw new \LogicException("$name is missing: apt-get install php-fpm");
    }
}
