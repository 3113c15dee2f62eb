/** Lets the SDK's testing package download its development server into the directory given as argument. Run by temporal-binary.ts. */
import { TestWorkflowEnvironment } from '@temporalio/testing';

const downloadDir = process.argv[2]!;
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir } },
});
await environment.teardown();
process.exit(0);
