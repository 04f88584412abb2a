import fc from 'fast-check'
import { propTimeMs } from './prop-runs.ts'

/** A property that fails may shrink for ever when its body is slow: what was found within the time is good enough to mend it. */
fc.configureGlobal({ interruptAfterTimeLimit: propTimeMs(150_000), markInterruptAsFailure: true })
