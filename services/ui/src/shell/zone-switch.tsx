import { zoneName } from '../format/exact-time.ts'
import { Button } from '../parts/button.tsx'
import { useChoice } from '../prefs/use-choice.ts'
import { zoneChoice } from '../prefs/zone.ts'
import { text } from '../strings/text.ts'

/** The reader's zone or UTC. */
export const ZoneSwitch = () => {
  const zone = useChoice(zoneChoice)
  const hint = text.zone.hint(zoneName(zone))
  return (
    <Button look="quiet" className="w-14" aria-label={hint} title={hint} onClick={() => zoneChoice.set(zone === 'utc' ? 'local' : 'utc')}>
      {text.zone[zone]}
    </Button>
  )
}
