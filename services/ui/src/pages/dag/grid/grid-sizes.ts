/** Measures of the grid in pixels; head, rows and the virtualisers go by the same ones. */
export const gridSizes = { namePx: 208, narrowNamePx: 136, columnPx: 24, rowPx: 28, headPx: 76, barPx: 56 } as const
