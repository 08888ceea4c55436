// Resource detectors of others. This machine is no cloud's: what the environment tells is told, the rest is nothing.

import {
  awsBeanstalkDetector,
  awsEcsDetector,
  awsEksDetector,
  awsLambdaDetector,
} from '@opentelemetry/resource-detector-aws';
import {
  azureAppServiceDetector,
  azureContainerAppsDetector,
  azureFunctionsDetector,
} from '@opentelemetry/resource-detector-azure';
import { containerDetector } from '@opentelemetry/resource-detector-container';
import { gcpDetector } from '@opentelemetry/resource-detector-gcp';
import { gitHubDetector } from '@opentelemetry/resource-detector-github';
import { instanaAgentDetector } from '@opentelemetry/resource-detector-instana';

const detecting = (environment, ...resourceDetectors) => {
  Object.assign(process.env, environment);
  return { parts: { resourceDetectors } };
};

export const aws = () =>
  detecting(
    {
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22',
      AWS_LAMBDA_FUNCTION_NAME: 'f',
      AWS_LAMBDA_FUNCTION_VERSION: '1',
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    },
    ...[awsLambdaDetector, awsBeanstalkDetector, awsEcsDetector, awsEksDetector],
  );

export const azure = () =>
  detecting(
    { WEBSITE_SITE_NAME: 'w', REGION_NAME: 'eu', WEBSITE_OWNER_NAME: 'sub+rg' },
    ...[azureAppServiceDetector, azureFunctionsDetector, azureContainerAppsDetector],
  );

export const others = ({ port }) => ({
  answers: { '/com.instana.plugin.nodejs.discovery': { body: { pid: 7, agentUuid: 'uuid' } } },
  ...detecting(
    {
      METADATA_SERVER_DETECTION: 'none',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKFLOW: 'ci',
      GITHUB_RUN_ID: '1',
      INSTANA_AGENT_PORT: String(port),
      INSTANA_AGENT_HOST: '127.0.0.1',
    },
    ...[gcpDetector, containerDetector, gitHubDetector, instanaAgentDetector],
  ),
});
