// The first script: loads the language of the reader and then the app, whose texts are made when its modules are evaluated.
import { loadLanguage } from './i18n/language.ts'

// Not awaited: the app imports this script, and would wait for it for ever.
void loadLanguage().then(() => import('./start.tsx'))
