// Preloaded into every service (NODE_OPTIONS): what would connect to the broker connects to the proxy before it. The broker advertises its own
// address, so only the client's end can be led elsewhere.
import { Socket } from 'node:net'

const brokerPort = Number(/:(\d+)$/.exec(process.env.KAFKA_BROKERS ?? '')?.[1])
const proxyPort = Number(process.env.MILLRACE_CHAOS_PROXY)
const isService = /dist\/services\/(scheduler|executor|worker|projector|parser|api)\/main\.js$/.test(process.argv[1] ?? '')

if (isService && brokerPort > 0 && proxyPort > 0) {
  const connect = Socket.prototype.connect
  Socket.prototype.connect = function (...args) {
    const options = Array.isArray(args[0]) ? args[0][0] : args[0]
    if (options && Number(options.port) === brokerPort) options.port = proxyPort
    return connect.apply(this, args)
  }
}
