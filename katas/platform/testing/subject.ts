/**
 * What `#subject` leads to until a command runs a kata's visible tests: `npm run kata` and `npm run grade` put
 * the file under test in its place. So a visible test says itself what it expects of that file:
 *
 *     import * as file from "#subject";
 *     const subject = file as Subject;
 */
export {};
