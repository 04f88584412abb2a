import type { Exit } from './stack/process.ts'

/** How a process ended, in words. */
export const exitWords = ({ code, signal }: Exit): string => (signal ? `was ended by ${signal}` : `ended with code ${code}`)
