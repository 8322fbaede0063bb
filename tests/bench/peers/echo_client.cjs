// Measures round trips over Node's net. Arguments: the pipe's name, bytes, round trips.
const net = require("node:net");

const [name, size, rounds] = process.argv.slice(2);
const message = Buffer.alloc(Number(size), 7);
const socket = net.connect("\\\\.\\pipe\\" + name, () => {
  trips(rounds / 10, () => {
    const began = performance.now();
    trips(Number(rounds), () => {
      const micros = (performance.now() - began) * 1000 / rounds;
      console.log(JSON.stringify({ micros }));
      socket.destroy();
    });
  });
});

function trips(count, done) {
  let got = 0;
  let left = count;
  const onData = (data) => {
    got += data.length;
    if (got < message.length) return;
    got = 0;
    if (--left > 0) return socket.write(message);
    socket.off("data", onData);
    done();
  };
  socket.on("data", onData);
  socket.write(message);
}
