// What .NET does with each mechanism: Partner VERB ARG...
using System;
using System.IO;
using System.IO.MemoryMappedFiles;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;

static class Partner
{
    static void Main(string[] args)
    {
        switch (args[0])
        {
            case "serve": Serve(args[1], args[2] == "message"); break;
            case "connect": Connect(args[1], args[2] == "message"); break;
            case "memory": Memory(args[1]); break;
            case "sync": Sync(args[1]); break;
            case "anonymous": Anonymous(args[1], args[2]); break;
            case "copydata": CopyData(args[1], args[2]); break;
        }
    }

    // A console's encoding cannot be set where there is no console.
    static readonly Stream Output = Console.OpenStandardOutput();

    static void Say(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        Output.Write(bytes, 0, bytes.Length);
        Output.Flush();
    }

    // The next message, or what there is of a stream.
    static byte[] Receive(PipeStream pipe, bool message)
    {
        var all = new MemoryStream();
        var buffer = new byte[1000];
        do
        {
            int length = pipe.Read(buffer, 0, buffer.Length);
            if (length == 0) break;
            all.Write(buffer, 0, length);
        } while (message && !pipe.IsMessageComplete);
        return all.ToArray();
    }

    static void Echo(PipeStream pipe, bool message)
    {
        int count = 0;
        for (;;)
        {
            var received = Receive(pipe, message);
            if (received.Length == 0) break;
            count++;
            pipe.Write(received, 0, received.Length);
        }
        Say(message ? "left after " + count : "left");
    }

    static void Serve(string name, bool message)
    {
        var mode = message ? PipeTransmissionMode.Message : PipeTransmissionMode.Byte;
        using (var pipe = new NamedPipeServerStream(name, PipeDirection.InOut, 1, mode,
            PipeOptions.Asynchronous))
        {
            Say("ready");
            pipe.WaitForConnection();
            Echo(pipe, message);
        }
    }

    static void Connect(string name, bool message)
    {
        using (var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut,
            PipeOptions.Asynchronous))
        {
            pipe.Connect();
            if (message) pipe.ReadMode = PipeTransmissionMode.Message;
            Echo(pipe, message);
        }
    }

    static void Memory(string name)
    {
        using (var file = MemoryMappedFile.OpenExisting(name))
        using (var view = file.CreateViewAccessor())
        {
            var bytes = new byte[view.ReadInt32(0)];
            view.ReadArray(4, bytes, 0, bytes.Length);
            Say(Encoding.UTF8.GetString(bytes));
            var answer = Encoding.UTF8.GetBytes("from C#, 中文");
            view.Write(2000, answer.Length);
            view.WriteArray(2004, answer, 0, answer.Length);
            Say("written");
        }
    }

    static void Sync(string name)
    {
        using (var mutex = Mutex.OpenExisting(name + "-mutex"))
        using (var heard = EventWaitHandle.OpenExisting(name + "-event"))
        using (var semaphore = Semaphore.OpenExisting(name + "-semaphore"))
        {
            Say("free: " + mutex.WaitOne(0));
            heard.WaitOne();
            Say("event");
            semaphore.Release(2);
            mutex.WaitOne();
            Say("mutex");
            Console.In.ReadLine();
            // It ends with the mutex, which is abandoned then.
            Environment.Exit(0);
        }
    }

    static void Anonymous(string input, string output)
    {
        using (var reading = new AnonymousPipeClientStream(PipeDirection.In, input))
        using (var writing = new AnonymousPipeClientStream(PipeDirection.Out, output))
        {
            var text = new StreamReader(reading).ReadToEnd();
            var answer = Encoding.UTF8.GetBytes(text.ToUpper());
            writing.Write(answer, 0, answer.Length);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    struct COPYDATASTRUCT { public IntPtr dwData; public int cbData; public IntPtr lpData; }

    [DllImport("user32", CharSet = CharSet.Unicode)]
    static extern IntPtr FindWindowW(string type, string title);

    [DllImport("user32")]
    static extern IntPtr SendMessageW(IntPtr window, uint message, IntPtr from, ref COPYDATASTRUCT data);

    static void CopyData(string title, string text)
    {
        var data = new COPYDATASTRUCT
        {
            dwData = (IntPtr)7,
            cbData = 2 * text.Length,
            lpData = Marshal.StringToHGlobalUni(text),
        };
        Say("" + SendMessageW(FindWindowW(null, title), 0x4a, IntPtr.Zero, ref data));
    }
}
