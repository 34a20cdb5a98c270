// Given to a service by `--import`: reading a record that holds this word ends the process as a fault in native code would.
const DEADLY = '"deadly"';

const parse = JSON.parse;
JSON.parse = (text, ...others) => {
  if (text.includes(DEADLY)) process.abort();
  return parse(text, ...others);
};
