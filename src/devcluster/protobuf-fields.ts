/**
 * The numbers of the members in the binary form of the API, for the kinds that kubectl makes with typed clients: the
 * first name has number 1. A dash is a number that is not in use, or a member that the server fills in itself. A
 * question mark: zero is a value of its own there, not "not said".
 */
export const PROTOBUF_FIELDS: Readonly<Record<string, string>> = {
  ObjectMeta:
    'name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp ' +
    'deletionGracePeriodSeconds labels annotations ownerReferences finalizers - - managedFields',
  OwnerReference: 'kind - name uid apiVersion controller blockOwnerDeletion',
  LabelSelector: 'matchLabels matchExpressions',
  Service: 'metadata spec -',
  ServiceSpec:
    'ports selector clusterIP type externalIPs - sessionAffinity loadBalancerIP loadBalancerSourceRanges ' +
    'externalName externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses sessionAffinityConfig - - ' +
    'ipFamilyPolicy clusterIPs ipFamilies allocateLoadBalancerNodePorts? loadBalancerClass internalTrafficPolicy ' +
    'trafficDistribution',
  ServicePort: 'name protocol port targetPort nodePort appProtocol',
  ConfigMap: 'metadata data binaryData immutable',
  Secret: 'metadata data type stringData immutable',
  Namespace: 'metadata - -',
  ServiceAccount: 'metadata secrets imagePullSecrets automountServiceAccountToken?',
  Deployment: 'metadata spec -',
  DeploymentSpec:
    'replicas? selector template strategy minReadySeconds revisionHistoryLimit? paused - progressDeadlineSeconds?',
  PodTemplateSpec: 'metadata spec',
  PodSpec:
    'volumes containers restartPolicy terminationGracePeriodSeconds? activeDeadlineSeconds dnsPolicy nodeSelector ' +
    'serviceAccountName serviceAccount nodeName hostNetwork hostPID hostIPC securityContext imagePullSecrets hostname ' +
    'subdomain affinity schedulerName initContainers automountServiceAccountToken? tolerations hostAliases ' +
    'priorityClassName priority dnsConfig shareProcessNamespace readinessGates runtimeClassName enableServiceLinks? ' +
    'preemptionPolicy overhead topologySpreadConstraints ephemeralContainers setHostnameAsFQDN os hostUsers? ' +
    'schedulingGates resourceClaims resources hostnameOverride',
  Container:
    'name image command args workingDir ports env resources volumeMounts livenessProbe readinessProbe lifecycle ' +
    'terminationMessagePath imagePullPolicy securityContext stdin stdinOnce tty envFrom terminationMessagePolicy ' +
    'volumeDevices startupProbe resizePolicy restartPolicy restartPolicyRules',
  ContainerPort: 'name hostPort containerPort protocol hostIP',
  EnvVar: 'name value valueFrom',
};
