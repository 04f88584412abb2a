import { AnsiUp } from 'ansi_up'

/**
 * The converter writes weight, slant and the 256 colours as style attributes, which the page's content security policy refuses: the first become
 * classes, the colours are left out. Quotes of the line itself are escaped, so only the converter's own attributes match.
 */
const classed = (html: string): string =>
  html.replaceAll(/<span style="([^"]*)"(?: class="([^"]*)")?>/g, (_, style: string, names: string | undefined) => {
    const weight = style.includes('font-weight:bold') ? 'ansi-bold' : ''
    const slant = style.includes('font-style:italic') ? 'ansi-italic' : ''
    const line = style.includes('text-decoration:underline') ? 'ansi-underline' : ''
    return `<span class="${[names, weight, slant, line].filter(Boolean).join(' ')}">`
  })

/** A log line as safe HTML: everything is escaped, colours are classes (the content security policy allows no style attributes), links keep to http(s). */
export const ansiHtml = (line: string): string => {
  // A converter of its own for each line: a colour that one line leaves open must not run on.
  const converter = new AnsiUp()
  converter.use_classes = true
  converter.escape_html = true
  converter.url_allowlist = { http: 1, https: 1 }
  return classed(converter.ansi_to_html(line))
}
