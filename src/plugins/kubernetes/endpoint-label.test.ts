import { expect, test } from 'vitest';
import { Address } from '../../kube/address.ts';
import { endpointLabel, podAddress } from './endpoint-label.ts';

test.each([
  ['10.244.1.2', '', '', '10-244-1-2', '10-244-1-2'],
  ['10.244.1.2', 'db-0', 'pod', 'db-0', 'db-0'],
  ['10.244.1.2', '', 'pod', '10-244-1-2', 'pod'],
  ['10.244.1.2', '', 'job.v1.run-0', '10-244-1-2', '10-244-1-2'],
  ['fd00:10::1', '', '', 'fd00-10--1', 'fd00-10--1'],
  ['fd00:10:244:1::', '', '', 'fd00-10-244-1--0', 'fd00-10-244-1--0'],
  ['www.example.com', '', '', 'www-example-com', 'www-example-com'],
])('%s, host name "%s", pod "%s" is %s or, with names of pods, %s', (text, hostname, podName, label, withPods) => {
  const endpoint = { address: new Address(text), hostname, podName, zone: '' };
  expect(endpointLabel(endpoint, false)).toBe(label);
  expect(endpointLabel(endpoint, true)).toBe(withPods);
});

test.each([
  ['1-2-3-4', '1.2.3.4'],
  ['1-2-3', '1:2:3'],
  ['1-2--3-4', '1:2::3:4'],
  ['fd00-10--1', 'fd00:10::1'],
  ['--1', '::1'],
  ['-1-2-3', '.1.2.3'],
])('the pod %s has the address %s', (name, address) => {
  expect(podAddress(name)).toBe(address);
});
