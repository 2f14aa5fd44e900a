import { askJson, core } from './core.js'

interface Numbers {
  readonly listen: number
  readonly maxFails: number
  readonly failTimeout: number
  readonly connectTimeout: number
  readonly timeout: number
}

/** The numbers of the proxy for ssh, which is nginx's `stream` and no HTTP. Times are seconds. */
export class SshStream {
  /** The port of the front. */
  readonly listen: number
  /** `max_fails` */
  readonly maxFails: number
  /** `fail_timeout` */
  readonly failTimeout: number
  /** `proxy_connect_timeout` */
  readonly connectTimeout: number
  /** `proxy_timeout`: silence after which a connection is closed. */
  readonly timeout: number

  private constructor({ listen, maxFails, failTimeout, connectTimeout, timeout }: Numbers) {
    this.listen = listen
    this.maxFails = maxFails
    this.failTimeout = failTimeout
    this.connectTimeout = connectTimeout
    this.timeout = timeout
    Object.freeze(this)
  }

  /** The numbers of the deployment guide. */
  static documented(): SshStream {
    return new SshStream(askJson(() => core.sshDocumented()))
  }

  /** The guide's numbers with an hour of silence. */
  static recommended(): SshStream {
    return new SshStream(askJson(() => core.sshRecommended()))
  }
}
