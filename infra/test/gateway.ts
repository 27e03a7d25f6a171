// Routes of the Gateway API v1, as far as they are used here: its typed packages have no TLSRoute of that version yet.

type Metadata = { readonly name: string; readonly namespace: string }

type Route<Kind extends string> = {
  readonly apiVersion: 'gateway.networking.k8s.io/v1'
  readonly kind: Kind
  readonly metadata: Metadata
  readonly spec: {
    readonly parentRefs: readonly {
      readonly name: string
      readonly namespace?: string
      readonly sectionName?: string
    }[]
    readonly hostnames: readonly string[]
    readonly rules: readonly {
      readonly backendRefs: readonly { readonly name: string; readonly port: number }[]
    }[]
  }
}

export type TLSRoute = Route<'TLSRoute'>
export type HTTPRoute = Route<'HTTPRoute'>
