import 'reflect-metadata' // first: the library throws without it

export * from '@peculiar/x509'
