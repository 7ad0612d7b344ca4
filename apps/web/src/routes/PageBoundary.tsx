// Shows an error of a page's own code in its place; the next page is tried again.
import { Component, type ReactNode } from 'react'
import { ErrorView } from '../lib/ErrorView.tsx'

interface Props {
  /** Of another page, the error says nothing. */
  address: string
  children: ReactNode
}

export class PageBoundary extends Component<Props, { failed: { error: unknown; address: string } | null }> {
  override state: { failed: { error: unknown; address: string } | null } = { failed: null }

  static getDerivedStateFromProps({ address }: Props, { failed }: { failed: { error: unknown; address: string } | null }) {
    return failed !== null && failed.address !== '' && failed.address !== address ? { failed: null } : null
  }

  static getDerivedStateFromError(error: unknown) {
    return { failed: { error, address: '' } }
  }

  override componentDidCatch(error: unknown) {
    this.setState({ failed: { error, address: this.props.address } })
  }

  override render() {
    const { failed } = this.state
    return failed === null ? this.props.children : <ErrorView error={failed.error} onRetry={() => this.setState({ failed: null })} />
  }
}
