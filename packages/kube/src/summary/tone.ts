// How something is doing, in five tones that a page gives an icon and a colour.
export type Tone = 'ok' | 'warning' | 'error' | 'muted' | 'progress'
