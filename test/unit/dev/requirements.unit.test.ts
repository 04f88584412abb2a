import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { diskProblem, javaMajor, javaProblem, mavenProblem, nodeProblem } from '../../../services/dev/bootstrap/requirements.mjs'

describe('what the machine must have', () => {
  it('says which Node.js is too old, in one line with the remedy', () => {
    expect(nodeProblem('18.19.1')).toBe('Node.js 18.19.1 is too old: version 20.11 or newer is needed (https://nodejs.org, or nvm install 20)')
    expect(nodeProblem('20.10.0')).toContain('20.10.0 is too old')
    for (const version of ['20.11.0', '20.20.2', '22.0.0', '24.3.1']) expect(nodeProblem(version)).toBeUndefined()
  })

  it('wants the Node.js that package.json declares', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
    const declared = engines.node.replace('>=', '')
    expect(nodeProblem(`${declared}.0`)).toBeUndefined()
    const [major, minor] = declared.split('.').map(Number)
    expect(nodeProblem(`${major}.${minor - 1}.0`)).toBeDefined()
  })

  it('reads the version that a JVM prints', () => {
    expect(javaMajor('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment')).toBe(17)
    expect(javaMajor('java version "1.8.0_392"')).toBe(8)
    expect(javaMajor('openjdk version "21" 2023-09-19')).toBe(21)
    expect(javaMajor('The operation couldn’t be completed. Unable to locate a Java Runtime.')).toBeUndefined()
  })

  it('says that Java is missing or too old, and how to get it', () => {
    expect(javaProblem(undefined)).toMatch(/^Java is missing: .*apt-get install default-jre-headless.*brew install openjdk@17.*KAFKA_BROKERS/)
    expect(javaProblem(11)).toMatch(/^Java 11 is too old: .*Java 17 or newer/)
    expect(javaProblem(17)).toBeUndefined()
    expect(javaProblem(21)).toBeUndefined()
  })

  it('says that the disk is full, with figures', () => {
    expect(diskProblem(120.7, '/home/ann/millrace')).toBe(
      'the disk of /home/ann/millrace has 120 MB left: the first start needs 1500 MB for packages, servers and data; free some, or move the clone',
    )
    expect(diskProblem(1500, '/')).toBeUndefined()
  })

  it('keeps each message on one line', () => {
    for (const line of [nodeProblem('18.0.0'), javaProblem(undefined), javaProblem(8), mavenProblem, diskProblem(1, '/x')]) expect(line).not.toContain('\n')
  })
})
