import type { TaskContext } from '../context.ts'
import { optionsAndFunction } from '../function-task.ts'
import { makeTask } from '../make-task.ts'
import { named } from '../options.ts'
import type { Jsonified, MappableTask } from '../task.ts'
import type { TaskOptions } from '../task-options.ts'
import { type SensorOptions, sensorArgs, sensorKinds } from './sensor-options.ts'

export interface FunctionSensorOptions extends TaskOptions, SensorOptions {}

type Poke<R> = (context: TaskContext) => R
/** What is left of a result when "not yet" is taken off. */
type Found<R> = Exclude<Awaited<R>, false | 0 | '' | null | undefined | true>

interface MakeSensor {
  <R>(taskId: string, poke: Poke<R>): MappableTask<Jsonified<Found<R>>>
  <R>(taskId: string, options: FunctionSensorOptions, poke: Poke<R>): MappableTask<Jsonified<Found<R>>>
}

/**
 * Looks by a function of its own: again and again until it answers something truthy, which (unless it is `true`) is the task's result. In mode
 * `deferrable` the function is called in a process beside the triggerer, where it shares an event loop with others: it must not block.
 * @example
 * const ready = sensor('orders_ready', { pokeInterval: '10s', timeout: '2h', mode: 'deferrable' }, async ({ ds }) => (await countOrders(ds)) > 100)
 */
export const sensor: MakeSensor = (taskId: string, optionsOrPoke: unknown, maybePoke?: unknown) => {
  const { options, run } = optionsAndFunction<FunctionSensorOptions>(named('sensor', taskId), optionsOrPoke, maybePoke)
  return makeTask({
    operator: 'sensor',
    taskId,
    options: { ...options },
    ownOptions: { ...sensorKinds },
    args: { ...sensorArgs(options) },
    code: { poke: run },
  })
}
