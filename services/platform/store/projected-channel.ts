/** Channel on which each commit of the projection tells the positions it reached: `{"<topic>/<partition>": <next offset>}`, topics without prefix. */
export const projectedChannel = 'millrace_projected'
