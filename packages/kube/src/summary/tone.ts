// The state of something in five tones, for which pages have an icon and a colour.
export type Tone = 'ok' | 'warning' | 'error' | 'muted' | 'progress'
