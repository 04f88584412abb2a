import { type Logger as PinoLogger, pino } from 'pino'

export type Logger = Pick<PinoLogger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child' | 'level'>

/** JSON lines on stdout; secrets by these names are never written. */
export const makeLog = (service: string, level = 'info'): Logger =>
  pino({
    name: service,
    level,
    base: { service },
    redact: { paths: ['password', '*.password', 'authorization', '*.authorization', 'secret', '*.secret', 'token_secret'], censor: '***' },
  })
