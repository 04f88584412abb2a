import fc from 'fast-check'

/** A property that fails may shrink for ever when its body is slow: what was found within the time is good enough to mend it. */
fc.configureGlobal({ interruptAfterTimeLimit: 90_000, markInterruptAsFailure: true })
