/**
 * `npm run chaos:watch -- [--messages 100000] [--json] [--keep]`: a watched topic at full speed, every twentieth message a run of its own and all of them in batches,
 * while scheduler, triggerer and executor are killed (kill -9) twice each. Ends with code 1 unless every message was taken exactly once.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { buildMillrace } from '../support/millrace.ts'
import { until } from '../support/until.ts'
import { countedTopic, follow, isRight, makeCountedTopic, produceCounted, untilCounted, untilWatched } from './watch-count.ts'
import { openWorld, untilTakesWork } from './world.ts'

const { values } = parseArgs({
  options: { messages: { type: 'string', default: '100000' }, json: { type: 'boolean', default: false }, keep: { type: 'boolean', default: false } },
})
const messages = Number(values.messages)
const began = Date.now()
const say = (text: string): void => {
  if (!values.json) console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} ${text}`)
}
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

await buildMillrace()
const world = await openWorld({ dags: [resolve('test/chaos/watch-dags')], extra: [], slots: 16 })
let ok = false
try {
  const brokers = world.serviceEnv.KAFKA_BROKERS ?? ''
  const topic = countedTopic('millrace.')
  await makeCountedTopic(brokers, topic)
  await untilTakesWork(world, ['counted_each', 'counted_batches'], 1)
  await untilWatched(world.url, topic)
  const platform = await world.openPlatform()
  const { seen, close } = await follow(platform)
  say(`the topic is watched: ${messages} messages come`)
  const producing = produceCounted(brokers, topic, messages)
  const kill = (name: string): void =>
    say(`kill -9 ${name}: ${world.signal(name, 'SIGKILL') === undefined ? 'it was not there' : `${seen.events.size} events, ${seen.runs.size} runs so far`}`)
  const round = async (): Promise<void> => {
    for (const name of ['triggerer', 'scheduler', 'executor']) {
      kill(name)
      await sleep(1500)
    }
  }
  const part = (share: number): Promise<void> => until('the events come', () => seen.events.size > (messages / 20) * share, 120_000)
  await part(0.1)
  await round()
  await part(0.5)
  await round()
  await producing
  say('all are sent, and all kills done')
  const verdict = await untilCounted(seen, messages, 600_000)
  await close()
  await platform.close()
  ok = isRight(verdict)
  if (values.json) console.log(JSON.stringify(verdict, null, 2))
  else for (const [name, count] of Object.entries(verdict)) say(`${name.padEnd(16)} ${count}`)
  say(ok ? 'every message was taken exactly once' : 'WRONG')
} finally {
  await world.close(ok && !values.keep)
  if ((!ok || values.keep) && !values.json) say(`its logs are kept in ${world.dataDir}`)
}
process.exit(ok ? 0 : 1)
