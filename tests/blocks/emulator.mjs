// Starts emulate's Slack on a port, with a seed; says so on standard output.
import { createEmulator } from "emulate";

const [port, seed] = [Number(process.argv[2]), JSON.parse(process.argv[3])];
const emulator = await createEmulator({ service: "slack", port, seed });
console.log(`ready ${emulator.url}`);
