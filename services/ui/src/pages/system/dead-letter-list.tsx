import type { DeadLetter } from '../../api/types.ts'
import { Fact, Facts } from '../../parts/facts.tsx'
import { JsonText } from '../../parts/json-text.tsx'
import { Time } from '../../parts/time.tsx'
import { text } from '../../strings/text.ts'

interface Props {
  readonly letters: readonly DeadLetter[]
  readonly onTopic?: (topic: string) => void
}

const { deadLetters: words } = text.system

/** Dead letters: where each stands and why it was refused; key and value unfold. */
export const DeadLetterList = ({ letters, onTopic }: Props) => (
  <ul aria-label={words.title} className="border-t">
    {letters.map((letter) => (
      <li key={`${letter.topic}/${letter.partition}/${letter.offset}/${letter.by}`} className="border-b">
        <details>
          <summary className="flex cursor-pointer list-none flex-wrap items-baseline gap-x-3 px-4 py-2 hover:bg-hover">
            <span className="font-mono text-xs">{words.place(letter.topic, letter.partition, letter.offset)}</span>
            <span className="min-w-0 flex-1 basis-72 break-words">{letter.reason}</span>
            <span className="text-soft">
              <Time at={letter.at} />
            </span>
          </summary>
          <div className="px-4 pb-3">
            <Facts>
              <Fact name={words.by}>
                {letter.by} <span className="font-mono text-xs text-soft">· {letter.code}</span>
              </Fact>
              {letter.key !== null && (
                <Fact name={words.key}>
                  <span className="font-mono text-xs">{letter.key}</span>
                </Fact>
              )}
              <Fact name={words.value}>
                {letter.value === null ? (
                  words.noValue
                ) : (
                  <>
                    <span className="text-soft">
                      {[letter.value_encoding === 'base64' ? words.base64 : null, letter.value_bytes > 65_536 ? words.cut(letter.value_bytes) : null]
                        .filter(Boolean)
                        .join('. ')}
                    </span>
                    <JsonText value={letter.value} />
                  </>
                )}
              </Fact>
              {onTopic && (
                <Fact name={words.topicFilter}>
                  <button type="button" onClick={() => onTopic(letter.topic)} className="text-accent hover:underline">
                    {letter.topic}
                  </button>
                </Fact>
              )}
            </Facts>
          </div>
        </details>
      </li>
    ))}
  </ul>
)
