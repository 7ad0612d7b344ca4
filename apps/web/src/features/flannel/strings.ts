// The texts of the flannel page.
import { flannel } from '@registree/messages/en/page/flannel'
import { pageMessages } from '../../i18n/language.ts'

const m = pageMessages('flannel', flannel)

export const flannelText = {
  ...m,
  networkName: (prefix: string | null) => prefix ?? m.kubernetesNetwork,
  touch: (state: 'connecting' | 'following' | 'lost' | 'server', since: string, reason: string | null) => {
    const { connecting, following, lost, lostBecause, server } = m.touch
    if (state === 'connecting') return connecting
    if (state === 'following') return following({ since })
    if (state === 'server') return server({ since })
    return reason === null ? lost({ since }) : lostBecause({ since, reason })
  },
}
