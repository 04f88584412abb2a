/** 5,000 tasks that wait in the triggerer, each for a message with its own key. */
import { dag, defer, task, triggers } from 'millrace'

const indexes = Array.from({ length: 1000 }, (_, i) => i)

export const deferred5000 = dag('deferred5000', { schedule: null, maxActiveTasks: 64 }, () => {
  for (let part = 0; part < 5; part++)
    task.map(`wait${part}`, { index: indexes }, ({ inputs, resume, conf }) => {
      if (resume === null) defer(triggers.kafkaMessage({ topic: String(conf.topic), key: `${part}-${inputs.index}` }))
      return undefined
    })
})
